"use strict";
/* The view of homes: how many minutes each has to the nearest facility of a kind. */
{
  const { city, $, el, number, part, state, on, change, breathe, say } = lifecircle.base;
  const { communities, CLASSES, classOf, minutesOf } = lifecircle.told;
  const { fill, link } = lifecircle.tables;
  const { summed } = lifecircle.packed;
  const { mark } = lifecircle.marks;
  const { feature, point, set, HOMES } = lifecircle.layers;

  const dot = (id) => {
    const node = el("span", { class: "dot", "aria-hidden": "true" });
    [node.style.backgroundColor, node.style.borderColor] = HOMES[id];
    return node;
  };

  let asked = 0;
  async function draw() {
    if (state.view !== "homes") return;
    asked += 1;
    const own = asked;
    const kind = state.goal ?? 0;
    const { name, declared } = city.kinds[kind];
    $("heading").textContent = `走多久：到最近的${name}`;
    say("正在计算……");
    const walks = await lifecircle.walks.walksOf(state.walker ?? 0);
    const seconds = await walks.homesTo(kind);
    const homes = await part("homes");
    if (own !== asked || state.view !== "homes") return;
    const [community, x, y] = [homes.community, homes.x, homes.y].map(summed);
    const rows = Array.from(seconds, (time, row) => ({
      row, seconds: time, class: classOf(time), community: community[row], x: x[row] / 1000, y: y[row] / 1000,
      name: homes.name[row] || homes.id[row] || "住宅",
    }));
    await breathe();
    set("homes", rows.map((home) => feature(point(home.x, home.y),
      { class: home.class.id, name: home.name, said: minutesOf(home.seconds) })));
    await breathe();
    legend(rows);
    list(rows, name, homes);
    say(`${number(rows.length)}处住地，步行者：${city.walkers[state.walker ?? 0].name}。${declared === "census" ? "" : "名录不全，实际只会更近。"}`);
  }

  function legend(rows) {
    $("legend").replaceChildren(...CLASSES.map((own) => el("li", {}, dot(own.id),
      `${own.name}：${number(rows.filter((home) => home.class === own).length)}处`)));
  }

  function list(rows, name, homes) {
    const inside = communities.map((own) => ({ own, rows: [] }));
    for (const home of rows) inside[home.community].rows.push(home);
    const areas = inside.filter((one) => one.rows.length);
    const summary = el("div");
    fill(summary, `各社区的住地走到${name}`, ["社区", ...CLASSES.map((own) => own.name), "最远"], areas, ({ own, rows: there }) => ({ cells: [
      own.name, ...CLASSES.map((one) => `${number(there.filter((home) => home.class === one).length)}处`),
      minutesOf(Math.max(...there.map((home) => home.seconds))),
    ] }));
    $("homes-list").replaceChildren(summary);
    if (!homes.name.length && !homes.id.length) return;
    const each = el("div");
    const far = [...rows].sort((a, b) => b.seconds - a.seconds || a.row - b.row);
    fill(each, `各小区走到${name}，远的在前`, ["小区", "社区", "步行", "分档"], far, (home) => ({ cells: [
      link(home.name, () => lifecircle.mine.leave({ type: "home", row: home.row })), communities[home.community].name,
      minutesOf(home.seconds), [dot(home.class.id), home.class.name],
    ] }));
    $("homes-list").append(each);
  }

  $("goal").replaceChildren(...city.kinds.map(({ name }, at) => el("option", { value: at }, name)));
  $("goal").addEventListener("change", (event) => change({ goal: Number(event.target.value) }));
  for (const id of ["homes-walker", "mine-walker"]) {
    $(id).replaceChildren(...city.walkers.map(({ name, speed_m_per_min, unverified }, at) =>
      el("option", { value: at }, `${name}，每分钟${speed_m_per_min}米${unverified ? "（部分数值待核）" : ""}`)));
    $(id).addEventListener("change", (event) => change({ walker: Number(event.target.value) }));
  }
  on(["walker"], () => { for (const id of ["homes-walker", "mine-walker"]) $(id).value = String(state.walker); });
  on(["view", "goal", "walker"], draw);
  lifecircle.layers.clicked.homes = ({ xy }) => lifecircle.mine.leave({ type: "point", xy });
  lifecircle.homes = { name: city.kinds.length ? "走多久" : "", draw, mark };
}
