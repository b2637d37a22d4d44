"use strict";
/* Large type, high contrast and printing; what one chose is kept for the next visit. */
{
  const { $ } = lifecircle.base;

  function remembered(key) {
    try {
      return localStorage.getItem(`lifecircle-${key}`) === "on";
    } catch {
      return false; // a page opened from a file may have no storage
    }
  }

  function set(key, value) {
    document.documentElement.toggleAttribute(`data-${key}`, value);
    $(key).setAttribute("aria-pressed", String(value));
    lifecircle.map?.resize();
    try {
      localStorage.setItem(`lifecircle-${key}`, value ? "on" : "off");
    } catch {
      // nothing to remember it in
    }
  }

  for (const key of ["large", "contrast"]) {
    if (remembered(key)) set(key, true);
    $(key).addEventListener("click", () => set(key, $(key).getAttribute("aria-pressed") !== "true"));
  }
  $("print").addEventListener("click", () => window.print());
}
