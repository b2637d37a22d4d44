"use strict";
/* What all parts share: the data, elements, and one state that tells who listens. */
window.lifecircle = {};
{
  const data = window.lifecircleData;
  const { city } = data;
  const $ = (id) => document.getElementById(id);

  // Texts of the data reach the document only as text nodes or attribute values.
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
    return node;
  }

  const word = (kind, code) => city.words[kind]?.[code] ?? (code || "—");
  const figures = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });
  const number = (value) => (typeof value === "number" ? figures.format(value) : value || "—");

  const state = { view: "facilities" };
  const listeners = [];
  /** Call `listener` whenever one of `keys` changes, after all of a change is made. */
  const on = (keys, listener) => listeners.push([keys, listener]);
  function change(wanted) {
    const changed = Object.keys(wanted).filter((key) => state[key] !== wanted[key]);
    Object.assign(state, wanted);
    for (const [keys, listener] of listeners) if (keys.some((key) => changed.includes(key))) listener(state);
  }

  const loading = new Map();
  /** Run another script of this folder once; resolves when it has run. */
  function load(src) {
    if (!loading.has(src)) {
      loading.set(src, new Promise((resolve, reject) => {
        document.head.append(el("script", { src, onload: resolve, onerror: () => reject(new Error(src)) }));
      }));
    }
    return loading.get(src);
  }
  /** Return one of the data files, fetched when first wanted. */
  async function part(name) {
    if (!data[name]) await load(`data/${name}.js`);
    return data[name];
  }

  const SLICE_MS = 12;
  let begun = performance.now();
  /** Give the page its turn when this task has lasted long enough. */
  async function breathe() {
    if (performance.now() - begun < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    begun = performance.now();
  }

  const say = (text) => { $("status").textContent = text; };
  lifecircle.base = { data, city, $, el, word, number, state, on, change, load, part, breathe, say };
}
