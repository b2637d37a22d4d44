"use strict";
/* The view of facilities: by kind, community and hour, on the map and as a list. */
{
  const { city, $, el, number, state, on, change, say } = lifecircle.base;
  const { communities, facilities, kindsOf, communityOf, DAYS, openAt } = lifecircle.told;
  const { fill, link } = lifecircle.tables;
  const { mark } = lifecircle.marks;
  const { feature, set } = lifecircle.layers;

  const minuteOf = (clock) => (clock ? clock.split(":").reduce((sum, one) => sum * 60 + Number(one), 0) : null);

  const today = () => (new Date().getDay() + 6) % 7;
  const day = () => state.day ?? today();

  function wanted() {
    const minute = minuteOf(state.hour);
    return facilities.filter((own) =>
      (typeof state.kind !== "number" || own.kinds.includes(state.kind)) &&
      (typeof state.area !== "number" || own.community === state.area) &&
      (minute === null || (!own.closed && openAt(own, day(), minute) === true)));
  }

  const DECLARED = { census: null, partial: "名录不全", none: "名录不全" };
  function noteOf(kind) {
    const { declared, functions } = city.kinds[kind];
    return [DECLARED[declared] ? mark(DECLARED[declared]) : null, functions.length ? `服务功能：${functions.join("、")}。` : ""];
  }

  /** Put a ring around a facility on the map. */
  const point = (own) => set("ends", [feature(lifecircle.layers.point(own.x, own.y), { end: "to" })]);

  function goTo(own) {
    if (own.placed) {
      lifecircle.mapping.show(own.x, own.y);
      point(own);
    }
    lifecircle.detail.facility(own);
  }

  function rowOf(own) {
    const hours = own.hours || "未登记";
    return { attributes: { "data-facility": own.row }, cells: [
      own.placed ? link(own.name, () => goTo(own)) : [own.name, el("small", {}, "没有坐标")],
      [kindsOf(own), own.closed ? el("small", {}, own.closed) : null],
      hours, communityOf(own),
      [own.address || "—", own.hotline ? el("small", {}, `热线 ${own.hotline}`) : null],
    ] };
  }

  function draw() {
    if (state.view !== "facilities") return;
    const rows = wanted();
    set("ends", []);
    const minute = minuteOf(state.hour);
    const unknown = minute === null ? 0 : facilities.filter((own) =>
      (typeof state.kind !== "number" || own.kinds.includes(state.kind)) && openAt(own, day(), minute) === null).length;
    const name = typeof state.kind === "number" ? city.kinds[state.kind].name : "全部设施";
    $("heading").textContent = `便民设施：${name}`;
    say(`${number(rows.length)}处${minute === null ? "" : `${DAYS[day()]}${state.hour}开门；另有${number(unknown)}处开放时间未登记或读不出，没有列出`}。`);
    fill($("facilities-list"), `${name}，${number(rows.length)}处`, ["名称", "类别", "开放时间", "社区", "地址、热线"], rows, rowOf);
    const dot = (hollow, text) => el("li", {}, el("span", { class: hollow ? "dot hollow" : "dot", "aria-hidden": "true" }), text);
    $("legend").replaceChildren(dot(false, "设施"), dot(true, "已登记而没有开放的设施"),
      el("li", {}, el("span", { class: "dot chosen", "aria-hidden": "true" }), "选中的设施"),
      ...(typeof state.kind === "number" ? [el("li", {}, noteOf(state.kind))] : []));
  }

  function options() {
    const all = el("option", { value: "" }, "全部类别");
    $("kind").replaceChildren(all, ...city.kinds.map(({ name }, at) => el("option", { value: at }, name)));
    $("day").replaceChildren(...DAYS.map((name, at) => el("option", { value: at }, name)));
    $("day").value = String(day());
    $("area").replaceChildren(el("option", { value: "" }, "全市"), ...communities.map(({ name }, at) => el("option", { value: at }, name)));
  }

  const chosen = (event) => (event.target.value === "" ? null : Number(event.target.value));
  function listen() {
    $("kind").addEventListener("change", (event) => change({ kind: chosen(event) }));
    $("area").addEventListener("change", (event) => change({ area: chosen(event) }));
    $("hour").addEventListener("change", (event) => change({ hour: event.target.value }));
    $("day").addEventListener("change", (event) => change({ day: Number(event.target.value) }));
    $("now").addEventListener("click", () => setHour(new Date().toTimeString().slice(0, 5), today()));
    $("any-hour").addEventListener("click", () => setHour(""));
  }
  function setHour(hour, onDay = day()) {
    $("hour").value = hour;
    $("day").value = String(onDay);
    change({ hour, day: onDay });
  }

  options();
  listen();
  on(["view", "kind", "area", "hour", "day"], draw);
  lifecircle.layers.clicked.facilities = ({ hits }) => {
    const hit = hits.find(({ layer }) => layer.id === "facilities");
    if (hit) goTo(facilities[hit.properties.row]);
  };
  lifecircle.facilities = { name: "便民设施", draw, goTo, point };
}
