"use strict";
/* Tables of any length: the first rows at once, the others when somebody asks for them. */
{
  const { el, number } = lifecircle.base;
  // on a narrow screen rows are cards, and a long list would bury what stands below it
  const AT_ONCE = window.matchMedia("(max-width: 40rem)").matches ? 20 : 200;

  const link = (text, onclick, attributes = {}) =>
    el("button", { type: "button", class: "link", onclick, ...attributes }, text);

  /**
   * Fill `place` with a table of `titles`; `rowOf(item)` gives its cells, the first its name.
   * What is not shown yet stands behind a button that says how much it is.
   */
  function fill(place, caption, titles, items, rowOf) {
    const body = el("tbody", { role: "rowgroup" });
    // the roles say what cards no longer show
    const table = el("table", { role: "table" }, el("caption", {}, caption), el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
      titles.map((title) => el("th", { scope: "col", role: "columnheader" }, title)))), body);
    const more = el("p", { class: "more" });
    let shown = 0;
    function show(count) {
      const rows = items.slice(shown, shown + count).map((item) => {
        const { attributes = {}, cells } = rowOf(item);
        return el("tr", { role: "row", ...attributes }, cells.map((cell, at) =>
          (at ? el("td", { role: "cell", "data-title": titles[at] }, el("div", {}, cell)) : el("th", { scope: "row", role: "rowheader" }, cell))));
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
