"use strict";
/* Links into the map: index.html#facility=ID and #community=ID open it on that place. */
{
  const { city, $, change, say } = lifecircle.base;
  const { communities, facilities } = lifecircle.told;
  const { toDegrees } = lifecircle.datum;
  const FORM = /^#(facility|community)=(.+)$/;
  const NEAR_ZOOM = 14;
  const NAMES = { facility: "设施", community: "社区" };

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a percent sign that encodes nothing
    }
  }

  function asked() {
    const found = FORM.exec(location.hash);
    if (!found) return null;
    const [type, id] = [found[1], decoded(found[2])];
    return { type, id, own: (type === "facility" ? facilities : communities).find((one) => one.id === id) };
  }

  function open({ type, own }) {
    if (type === "facility") {
      change({ view: "facilities", kind: null, area: null, hour: "" });
      lifecircle.facilities.goTo(own);
    } else if (city.packs.length) change({ view: "communities", community: own.row });
    else lifecircle.mine.leave({ type: "community", row: own.row });
  }

  /** Open the place that the address names; say so where there is none of this id. */
  function follow() {
    const wanted = asked();
    if (!wanted) return;
    if (!wanted.own) return void say(`链接里的${NAMES[wanted.type]}（${wanted.id}）不在这张地图上，可能已经撤销或改了编号。`);
    open(wanted);
    place();
    if (wanted.type === "facility") {
      $("detail").scrollIntoView({ block: "nearest" });
      $("detail").focus({ preventScroll: true });
    }
  }

  /** Bring the place into view once there is a map. */
  function place() {
    const wanted = asked();
    if (!wanted?.own || wanted.own.placed === false) return;
    const { x, y } = wanted.own;
    if (wanted.type === "community") return void lifecircle.mapping.show(x, y, NEAR_ZOOM);
    lifecircle.mapping.fit([toDegrees(x, y)]);
    lifecircle.facilities.point(wanted.own);
  }

  window.addEventListener("hashchange", follow);
  lifecircle.links = { follow, place };
}
