"use strict";
/* Tables of any length: the first rows at once, the others when somebody asks for them. */
{
  const { el, number } = lifecircle.base;
  const AT_ONCE = 200;

  const link = (text, onclick, attributes = {}) =>
    el("button", { type: "button", class: "link", onclick, ...attributes }, text);

  /**
   * Fill `place` with a table of `titles`; `rowOf(item)` gives its cells, the first its name.
   * What is not shown yet stands behind a button that says how much it is.
   */
  function fill(place, caption, titles, items, rowOf) {
    const body = el("tbody");
    const table = el("table", {}, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, titles.map((title) => el("th", { scope: "col" }, title)))), body);
    const more = el("p", { class: "more" });
    let shown = 0;
    function show(count) {
      const rows = items.slice(shown, shown + count).map((item) => {
        const { attributes = {}, cells } = rowOf(item);
        return el("tr", attributes, cells.map((cell, at) =>
          (at ? el("td", {}, cell) : el("th", { scope: "row" }, cell))));
      });
      body.append(...rows);
      shown = Math.min(shown + count, items.length);
      const left = items.length - shown;
      more.replaceChildren(...(left ? [
        `还有${number(left)}行：`, link(`再显示${Math.min(AT_ONCE, left)}行`, () => show(AT_ONCE)), " ",
        link("全部显示", () => show(items.length)),
      ] : []));
    }
    show(AT_ONCE);
    const scrolled = { class: "wide", role: "region", "aria-label": `${caption}（可滚动）`, tabindex: 0 };
    place.replaceChildren(el("div", scrolled, table), more);
  }

  lifecircle.tables = { fill, link };
}
