"use strict";
/* My 15 minutes: from one place the nearest of every kind, and the way there drawn and told. */
{
  const { city, $, el, number, part, state, on, change, say } = lifecircle.base;
  const { communities, facilities, communityOf, CLASSES, classOf, minutesOf, metresOf } = lifecircle.told;
  const { fill, link } = lifecircle.tables;
  const { mark } = lifecircle.marks;
  const { summed } = lifecircle.packed;
  const { feature, set } = lifecircle.layers;
  const { toDegrees } = lifecircle.datum;
  const { straights } = lifecircle.ways;

  /* The doors of an origin, its name and where it stands: {doors, name, xy}. */
  async function originOf(walks, { type, row, xy }) {
    if (type === "point") return { doors: [walks.door(...xy)].filter(Boolean), name: "所选地点", xy };
    if (type === "facility") {
      const { name, x, y } = facilities[row];
      return { doors: (await walks.facilityDoors()).filter((door) => door.row === row), name, xy: [x, y] };
    }
    if (type === "community") {
      const { name, x, y } = communities[row];
      return { doors: [walks.door(x, y)].filter(Boolean), name: `${name}（社区中间）`, xy: [x, y] };
    }
    const homes = await part("homes");
    const place = [homes.x, homes.y].map((axis) => summed(axis)[row] / 1000);
    return { doors: (await walks.homeDoors()).filter((door) => door.row === row), name: homes.name[row] || homes.id[row] || "住宅", xy: place };
  }

  let reached = null;
  let origin = null;
  let asked = 0;
  async function draw() {
    if (state.view !== "mine") return;
    if (!state.from) return empty();
    asked += 1;
    const own = asked;
    say("正在计算……");
    const walks = await lifecircle.walks.walksOf(state.walker ?? 0);
    const from = await originOf(walks, state.from);
    const found = await walks.from(from.doors);
    if (own !== asked || state.view !== "mine") return;
    [reached, origin] = [found, from];
    list();
  }

  function empty() {
    $("heading").textContent = "我的15分钟";
    say("在地图上点一处，或在上面的搜索框里找小区、社区、设施，看5、10、15分钟走得到什么。");
    set("way", []);
    set("ends", []);
    $("legend").replaceChildren();
    fill($("mine-list"), "从社区中间出发", ["社区", "街道、乡镇"], communities, ({ row, name, township }) => ({ cells: [
      link(name, () => leave({ type: "community", row })), township || "—"] }));
  }

  function list() {
    const nearest = reached.nearest();
    const found = nearest.filter(Boolean).sort((a, b) => a.count - b.count || a.kind - b.kind);
    const beyond = city.kinds.filter((_, kind) => !nearest[kind]);
    const walker = city.walkers[state.walker ?? 0];
    $("heading").textContent = `我的15分钟：${origin.name}`;
    const counts = CLASSES.map((own) => `${own.name}${number(found.filter(({ seconds }) => classOf(seconds) === own).length)}类`);
    say(origin.doors.length ? `${walker.name}步行：${counts.join("，")}，一小时内走不到${beyond.length}类。` : "这里附近没有可以走的路。");
    fill($("mine-list"), `从${origin.name}出发，最近的各类设施`, ["类别", "最近的一处", "步行", "开放时间", "地址、热线"], found, rowOf);
    const partial = beyond.filter(({ declared }) => declared !== "census");
    $("mine-list").append(el("p", {}, beyond.length ? `一小时内走不到：${beyond.map(({ name }) => name).join("、")}。` : "",
      partial.length ? [mark("名录不全"), "其中名录不全的类别，没找到不等于没有。"] : []));
    set("way", []);
    set("ends", [feature({ type: "Point", coordinates: toDegrees(...origin.xy) }, { end: "from" })]);
    if (!found.length) lifecircle.mapping.show(...origin.xy);
    $("legend").replaceChildren(el("li", {}, el("span", { class: "dot origin", "aria-hidden": "true" }), "出发点"),
      el("li", {}, el("span", { class: "line", "aria-hidden": "true" }), "走法（在列表里选一处）"));
    const first = found[0];
    if (first) tell(first);
  }

  function rowOf(one) {
    const { name } = city.kinds[one.kind];
    const own = facilities[one.row];
    const { metres } = reached.way(one.row);
    return { attributes: { "data-kind": one.kind, "data-row": one.row }, cells: [
      [name, city.kinds[one.kind].declared === "census" ? null : mark("名录不全")],
      [link(own.name, () => { tell(one); $("detail").scrollIntoView({ block: "nearest" }); }), el("small", {}, communityOf(own))],
      [`${minutesOf(one.seconds)}，${metresOf(metres)}`, el("small", {}, classOf(one.seconds).name)],
      own.hours || "未登记", [own.address || "—", own.hotline ? el("small", {}, `热线 ${own.hotline}`) : null],
    ] };
  }

  /** Draw the way to a facility and tell it step by step. */
  function tell({ kind, row, seconds }) {
    const own = facilities[row];
    const way = reached.way(row);
    drawWay(way);
    const { metres } = way;
    lifecircle.detail.put(`${city.kinds[kind].name}：${own.name}`, lifecircle.detail.pairs([
      ["步行", `${minutesOf(seconds)}，${metresOf(metres)}（${city.walkers[state.walker ?? 0].name}）`],
      ["开放时间", own.hours || "未登记"], ["地址", own.address || "未登记"], ["热线", own.hotline || "未登记"],
    ]), el("h3", {}, "怎么走"), el("ol", {}, stepsOf(way).map((step) => el("li", {}, step))));
  }

  function drawWay({ line, doors }) {
    const shown = (points) => points.map(([x, y]) => toDegrees(x, y));
    const street = shown(line);
    const legs = [[origin.xy, doors[0], line[0]], [line[line.length - 1], doors[1]]].map(shown);
    set("way", [[street, 0], ...legs.map((leg) => [leg, 1])].map(([coordinates, leg]) =>
      feature({ type: "LineString", coordinates }, { leg })));
    const ends = [[origin.xy, "from"], [doors[1], "to"]];
    set("ends", ends.map(([xy, end]) => feature({ type: "Point", coordinates: toDegrees(...xy) }, { end })));
    lifecircle.mapping.fit([...street, ...legs.flat()]);
  }

  function stepsOf({ line, before, after }) {
    const steps = straights(line).filter(({ metres }) => metres >= 1).map(({ turn, compass, metres }) =>
      `${turn ? `向${turn}转，` : ""}向${compass}走${metresOf(metres)}`);
    return [before >= 1 ? `从出发点走到路上，${metresOf(before)}` : "", ...steps,
      after >= 1 ? `离开路走到门口，${metresOf(after)}` : ""].filter(Boolean);
  }

  /** Leave from a place: {type, row} of a table, or {type: "point", xy} in plane metres. */
  function leave(from) {
    change({ view: "mine", from });
  }

  $("from-area").replaceChildren(el("option", { value: "" }, "选一个社区"),
    ...communities.map(({ name }, at) => el("option", { value: at }, name)));
  $("from-area").addEventListener("change", (event) => {
    if (event.target.value !== "") leave({ type: "community", row: Number(event.target.value) });
  });
  $("from-middle").addEventListener("click", () => {
    const middle = lifecircle.map?.getCenter();
    if (middle) leave({ type: "point", xy: lifecircle.datum.toMetres(middle.lng, middle.lat) });
  });
  lifecircle.layers.clicked.mine = ({ xy }) => leave({ type: "point", xy });
  lifecircle.layers.dressed = () => {
    if (state.view === "mine") draw();
    lifecircle.links.place();
  };
  on(["view", "from", "walker"], draw);
  lifecircle.mine = { name: "我的15分钟", draw, leave };
}
