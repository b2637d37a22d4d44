const $ = (id) => document.getElementById(id);
const data = JSON.parse($("payload").textContent);
const { rules } = data;
const communities = data.communities.features;
const state = { rule: data.opening ?? 0, view: "walk", community: null, facilities: true };
const api = (window.lifecircle = { state, map: null });

const VERDICTS = ["met", "not met", "not assessed", "not applicable"];
const DIFFERENCES = ["circle-only", "walk-only", "same", "incomparable"];
const DIFFERENCE_WORDS = {
  "circle-only": "圆达标而步行未达标",
  "walk-only": "步行达标而圆未达标",
  same: "一致",
  incomparable: "无法比较",
};
const SIGNS = {
  met: "√", "not met": "×", "not assessed": "?", "not applicable": "—",
  "circle-only": "圆", "walk-only": "步", same: "=", incomparable: "?",
};

/* Text and elements ------------------------------------------------------- */

// Payload strings reach the document only as text nodes or attribute values.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const word = (group, key) => data.words[group]?.[key] ?? String(key || "—");
const kindWord = (kind) =>
  kind === "none" ? "无结果" : DIFFERENCE_WORDS[kind] ?? word("verdict", kind);
const known = (verdict) => (VERDICTS.includes(verdict) ? verdict : "none");
const viewWord = (view) => (view === "diff" ? "差异" : word("reading", view));
const nameOf = (index) => String(communities[index].properties.name ?? "未命名社区");

function number(value) {
  if (typeof value !== "number") return String(value || "—");
  return value.toLocaleString("zh-CN", { maximumFractionDigits: 2 });
}

function people(value, estimated) {
  if (typeof value !== "number") return "未知";
  return estimated ? `约 ${number(value)}（估计）` : number(value);
}

function amount(value, unit) {
  const text = number(value);
  return text === "—" ? text : `${text} ${unit ?? ""}`.trim();
}

function swatch(kind) {
  const node = el("span", { class: "swatch", "aria-hidden": "true" });
  node.style.backgroundImage = `url("${patternURLs[kind]}")`;
  return node;
}

const verdictCell = (kind) => el("td", { class: "kind" }, swatch(kind), kindWord(kind));

function link(text, action, attributes = {}) {
  return el("button", { type: "button", class: "link", onclick: action, ...attributes }, text);
}

function headRow(titles) {
  const cells = titles.map((title) => el("th", { scope: "col" }, title));
  return el("thead", {}, el("tr", {}, ...cells));
}

/* Findings ---------------------------------------------------------------- */

function indexFindings() {
  const table = communities.map(() => rules.map(() => ({})));
  for (const row of data.findings) {
    const [community, rule, reading, verdict, observed, required, unit, affected, evidence, confidence, reasons, due] = row;
    table[community][rule][reading] = {
      verdict, observed, required, unit, affected, evidence, confidence, reasons: reasons ?? [], due,
      estimated: communities[community].properties.people_estimated,
    };
  }
  return table;
}

const findings = indexFindings();

const viewsOf = (rule) => {
  const kept = ["walk", "circle", "record"].filter((reading) => (rule.readings_kept ?? []).includes(reading));
  return kept.includes("walk") && kept.includes("circle") ? [...kept, "diff"] : kept;
};

function compare({ circle, walk }) {
  const pair = [circle?.verdict, walk?.verdict];
  if (!pair.every((verdict) => verdict === "met" || verdict === "not met")) return "incomparable";
  if (pair[0] === pair[1]) return "same";
  return pair[0] === "met" ? "circle-only" : "walk-only";
}

function kindOf(community, rule, view) {
  const pair = findings[community][rule];
  if (!pair) return "none"; // a pack may have no rule that these data can answer
  if (view === "diff") return viewsOf(rules[rule]).includes("diff") ? compare(pair) : "none";
  return known(pair[view]?.verdict);
}

/* Patterns: told apart without colour, on the map and in the legend -------- */

const TILE = 32;

function hatch(context, ink, width, turns) {
  context.strokeStyle = ink;
  context.lineWidth = width;
  for (const turn of turns) {
    for (let start = -TILE; start <= 2 * TILE; start += TILE / 2) {
      context.beginPath();
      context.moveTo(start - 8 * turn, -8);
      context.lineTo(start + (TILE + 8) * turn, TILE + 8);
      context.stroke();
    }
  }
}

function dots(context, ink, radius, places) {
  context.fillStyle = ink;
  for (const [x, y] of places) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

function bars(context, ink) {
  context.fillStyle = ink;
  for (const y of [4, 20]) context.fillRect(0, y, TILE, 6);
}

const SPARSE = [[8, 8], [24, 24]];
const CLOSE = [[8, 8], [24, 8], [8, 24], [24, 24]];
const PATTERNS = {
  met: ["#8fc7a2", () => {}],
  "not met": ["#fbe0da", (context) => hatch(context, "#b3261e", 5, [1])],
  "not assessed": ["#e4e7e9", (context) => dots(context, "#6d7780", 2.2, SPARSE)],
  "not applicable": ["#ffffff", () => {}],
  "circle-only": ["#eadcf5", (context) => hatch(context, "#5b1a8b", 3.5, [1, -1])],
  "walk-only": ["#cfe0f7", (context) => bars(context, "#1f5fae")],
  same: ["#e3e5e7", () => {}],
  incomparable: ["#ffffff", (context) => dots(context, "#6d7780", 1.8, CLOSE)],
  none: ["#ffffff", (context) => bars(context, "#d3d8dc")],
};

function paint([ground, draw]) {
  const canvas = el("canvas", { width: TILE, height: TILE });
  const context = canvas.getContext("2d");
  context.fillStyle = ground;
  context.fillRect(0, 0, TILE, TILE);
  draw(context);
  return canvas;
}

const patterns = Object.fromEntries(Object.entries(PATTERNS).map(([kind, recipe]) => [kind, paint(recipe)]));
const patternURLs = Object.fromEntries(Object.entries(patterns).map(([kind, canvas]) => [kind, canvas.toDataURL()]));

/* The list beside the map, and the legend --------------------------------- */
