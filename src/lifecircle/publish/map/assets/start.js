"use strict";
/* The views and the search box; the lists come first, the map follows. */
{
  const { city, $, el, state, on, change } = lifecircle.base;
  const { link } = lifecircle.tables;

  const views = Object.fromEntries(
    ["facilities", "mine", "homes", "communities", "plans"].map((id) => [id, lifecircle[id]]).filter(([, view]) => view.name));

  let last = state.view;
  function showViews() {
    if (last === "mine" && state.view !== "mine") lifecircle.mapping.showAll();
    last = state.view;
    $("views").replaceChildren(...Object.entries(views).map(([id, { name }]) =>
      el("li", {}, el("button", { type: "button", "data-view": id, "aria-current": id === state.view ? "page" : null,
        onclick: () => change({ view: id }) }, name))));
    for (const id of Object.keys(views)) {
      for (const part of ["controls", "list"]) $(`${id}-${part}`).hidden = id !== state.view;
    }
    lifecircle.detail.clear();
  }

  let asked = 0;
  async function search() {
    asked += 1;
    const own = asked;
    const found = await lifecircle.names.find($("name").value);
    if (own !== asked) return;
    const nothing = $("name").value.trim() ? [el("li", {}, "没有找到。可以输入名称的一部分，或拼音首字母。")] : [];
    $("found").replaceChildren(...(found.length ? found.map((one) =>
      el("li", {}, link(one.name, () => leave(one)), el("small", {}, one.what))) : nothing));
    $("found").hidden = !$("found").children.length;
  }

  function leave(one) {
    $("found").hidden = true;
    lifecircle.mine.leave(one);
  }

  $("name").addEventListener("input", search);
  $("search").addEventListener("submit", (event) => {
    event.preventDefault();
    $("found").querySelector("button")?.click();
  });
  $("search").addEventListener("keydown", (event) => { if (event.key === "Escape") $("found").hidden = true; });
  for (const form of document.querySelectorAll("form.controls")) form.addEventListener("submit", (event) => event.preventDefault());

  on(["view"], showViews);
  showViews();
  views[state.view].draw();
  document.documentElement.dataset.list = "ready";
  Object.assign(lifecircle, { state, city });
  lifecircle.links.follow();
  requestAnimationFrame(() => setTimeout(() => lifecircle.mapping.start(lifecircle.layers.dress)));
}
