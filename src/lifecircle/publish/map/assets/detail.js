"use strict";
/* What is said below the map of the one thing that somebody chose. */
{
  const { $, el } = lifecircle.base;
  const { kindsOf, communityOf } = lifecircle.told;
  const { link } = lifecircle.tables;

  function put(title, ...content) {
    $("detail").replaceChildren(el("h2", {}, title), ...content);
  }

  const pairs = (rows) => el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value))));

  /** Tell everything that is known of a facility. */
  function facility(own) {
    put(own.name, pairs([
      ["类别", kindsOf(own)], ["状态", own.closed], ["开放时间", own.hours || "未登记"], ["社区", communityOf(own)],
      ["地址", own.address || "未登记"], ["热线", own.hotline || "未登记"],
      ["资料", own.source === "osm" ? "OpenStreetMap（不完整名录）" : "办公室登记"],
    ]), own.placed ? el("p", {}, link("从这里出发，看15分钟内有什么", () => lifecircle.mine.leave({ type: "facility", row: own.row }))) : "");
  }

  const clear = () => $("detail").replaceChildren();
  lifecircle.detail = { put, pairs, facility, clear };
}
