const $ = (id) => document.getElementById(id);
const data = JSON.parse($("payload").textContent);
const { rules } = data;
const communities = data.communities.features;
const state = { rule: 0, view: "walk", community: null, facilities: true };
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

const people = (value) => (typeof value === "number" ? number(value) : "未知");

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
    };
  }
  return table;
}

const findings = indexFindings();

const viewsOf = (rule) => {
  const kept = ["walk", "circle"].filter((reading) => (rule.readings_kept ?? []).includes(reading));
  return kept.length === 2 ? [...kept, "diff"] : kept;
};

function compare({ circle, walk }) {
  const pair = [circle?.verdict, walk?.verdict];
  if (!pair.every((verdict) => verdict === "met" || verdict === "not met")) return "incomparable";
  if (pair[0] === pair[1]) return "same";
  return pair[0] === "met" ? "circle-only" : "walk-only";
}

function kindOf(community, rule, view) {
  const pair = findings[community][rule];
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

function singleCells(index) {
  const found = findings[index][state.rule][state.view];
  return [
    verdictCell(kindOf(index, state.rule, state.view)),
    el("td", { class: "number" }, amount(found?.observed, found?.unit)),
    el("td", { class: "number" }, amount(found?.required, found?.unit)),
    el("td", { class: "number" }, people(found?.affected)),
    el("td", { class: "keep" }, word("confidence", found?.confidence)),
  ];
}

function readingCell(found) {
  if (!found) return el("td", {}, "无结果");
  const lines = [
    `${amount(found.observed, found.unit)}（要求 ${amount(found.required, found.unit)}）`,
    `受影响 ${people(found.affected)}`,
    `可信程度 ${word("confidence", found.confidence)}`,
  ];
  return el("td", { class: "keep" }, word("verdict", found.verdict), ...lines.map((line) => el("small", {}, line)));
}

function differenceCells(index) {
  const { walk, circle } = findings[index][state.rule];
  return [verdictCell(kindOf(index, state.rule, "diff")), readingCell(walk), readingCell(circle)];
}

function drawList() {
  const difference = state.view === "diff";
  const titles = difference
    ? ["社区", "对照", "步行", "圆"]
    : ["社区", "结论", "实测", "要求", "受影响人数", "可信程度"];
  const rows = communities.map((_, index) =>
    el("tr", { "data-community": index },
      el("th", { scope: "row" }, link(nameOf(index), () => select(index))),
      ...(difference ? differenceCells(index) : singleCells(index))));
  $("list-table").replaceChildren(headRow(titles), el("tbody", {}, ...rows));
}

function tally(kind) {
  const members = communities.filter((_, index) => kindOf(index, state.rule, state.view) === kind);
  const known = members.map(({ properties }) => properties.people).filter((count) => typeof count === "number");
  const missing = members.length - known.length;
  const sum = known.length ? `，人口 ${number(known.reduce((a, b) => a + b, 0))} 人` : "";
  const gap = missing ? `，${known.length ? `另 ${missing} 个社区` : ""}人口未知` : "";
  return { count: members.length, text: `${members.length} 个社区${sum}${gap}` };
}

function drawLegend() {
  const kinds = state.view === "diff" ? DIFFERENCES : VERDICTS;
  const items = [...kinds, "none"].map((kind) => [kind, tally(kind)])
    .filter(([kind, { count }]) => kind !== "none" || count)
    .map(([kind, { text }]) =>
      el("li", { "data-kind": kind }, swatch(kind), el("span", {}, kindWord(kind), " ", el("small", {}, text))));
  items.push(el("li", {}, el("span", { class: "dot" }), "设施点"), el("li", {}, el("span", { class: "dash" }), "所选社区的政策圆"));
  $("legend").replaceChildren(...items);
}

/* The clause and the chosen community ------------------------------------- */

function drawClause() {
  const rule = rules[state.rule];
  const tags = [
    el("li", { class: rule.mark }, word("mark", rule.mark)),
    el("li", {}, word("strength", rule.strength)),
    rule.minutes ? el("li", {}, `${number(rule.minutes)} 分钟`) : null,
    rule.due ? el("li", {}, `期限 ${rule.due}`) : null,
  ];
  const reasons = (rule.readings ?? []).map((reason) => el("li", {}, reason));
  $("clause-body").replaceChildren(
    el("h3", {}, rule.title_zh), el("p", { class: "hint", lang: "en" }, rule.title_en ?? ""),
    el("ul", { class: "tags" }, ...tags.filter(Boolean)),
    el("blockquote", {}, rule.quote, el("cite", {}, `出处：${rule.where}`)),
    ...(reasons.length ? [el("p", {}, "解读说明："), el("ul", { class: "reasons" }, ...reasons)] : []));
}

function ruleHead(index, span) {
  const choose = link(rules[index].title_zh, () => change({ rule: index }));
  return el("th", { scope: "row", rowspan: span }, choose);
}

function findingRow(index, reading, found, head) {
  const due = [word("due", found.due), rules[index].due ? el("small", {}, rules[index].due) : null];
  const reasons = found.reasons.map((code) => el("small", {}, word("reason", code)));
  return el("tr", { "data-rule": index }, head,
    el("td", { class: "keep" }, word("reading", reading)),
    verdictCell(known(found.verdict)),
    el("td", { class: "number" }, amount(found.observed, found.unit)),
    el("td", { class: "number" }, amount(found.required, found.unit)),
    el("td", { class: "number" }, people(found.affected)),
    el("td", { class: "say" }, found.evidence ?? "—"),
    el("td", { class: "why" }, word("confidence", found.confidence), ...reasons),
    el("td", { class: "keep" }, ...due.filter(Boolean)));
}

function detailRows(community) {
  return rules.flatMap((_, index) => {
    const pairs = Object.entries(findings[community][index]);
    return pairs.map(([reading, found], place) =>
      findingRow(index, reading, found, place ? null : ruleHead(index, pairs.length)));
  });
}

function drawDetail() {
  if (state.community === null) {
    $("detail-heading").textContent = "所选社区";
    $("detail-body").replaceChildren(el("p", {}, "尚未选择社区。请在地图上点选，或在社区列表中按社区名称。"));
    return;
  }
  const { properties } = communities[state.community];
  const table = el("table", {},
    headRow(["规则", "读法", "结论", "实测", "要求", "受影响人数", "依据", "可信程度与原因", "期限"]),
    el("tbody", {}, ...detailRows(state.community)));
  $("detail-heading").textContent = `所选社区：${nameOf(state.community)}`;
  $("detail-body").replaceChildren(
    el("p", {}, `人口：${people(properties.people)}${typeof properties.people === "number" ? " 人" : ""}。${properties.people_basis ?? ""}`),
    el("div", { class: "wide tall", role: "region", "aria-label": "所选社区的全部结果（可滚动）", tabindex: "0" }, table));
}

function drawStatus() {
  if (state.community === null) return $("status").replaceChildren("尚未选择社区。");
  const found = findings[state.community][state.rule][state.view];
  const figures = found ? `，实测 ${amount(found.observed, found.unit)}，要求 ${amount(found.required, found.unit)}` : "";
  const kind = kindWord(kindOf(state.community, state.rule, state.view));
  return $("status").replaceChildren(`已选 ${nameOf(state.community)}：${kind}${figures}。`, el("a", { href: "#detail" }, "查看该社区全部结果"));
}

/* The city and the matrix ------------------------------------------------- */

function cityRow([rule, reading, verdict, ...rest], head, judged) {
  const counts = rest.slice(0, 4).map((count) => el("td", { class: "number" }, number(count)));
  return el("tr", { "data-rule": rule }, head, el("td", { class: "keep" }, word("reading", reading)),
    judged ? verdictCell(known(verdict)) : null, ...counts, el("td", { class: "say" }, rest[4] ?? "—"));
}

function drawCity() {
  const judged = data.city.some((row) => row[2]);
  const rows = rules.flatMap((_, rule) => {
    const entries = data.city.filter((row) => row[0] === rule);
    return entries.map((row, place) => cityRow(row, place ? null : ruleHead(rule, entries.length), judged));
  });
  const titles = ["规则", "读法", ...(judged ? ["全市结论"] : []), ...VERDICTS.map(kindWord), "依据"];
  $("city-table").replaceChildren(headRow(titles), el("tbody", {}, ...rows));
}

let matrixView = null;

function matrixRow(index) {
  const cells = rules.map((_, place) => {
    const kind = kindOf(index, place, state.view);
    return el("td", { "data-cell": kind, "data-rule": place }, SIGNS[kind] ?? "");
  });
  return el("tr", { "data-community": index }, el("th", { scope: "row" }, link(nameOf(index), () => select(index))), ...cells);
}

// A title on each of ten thousand cells is slow to build; one is made where the pointer is.
function nameCell({ target }) {
  if (!target.dataset.cell) return;
  const community = Number(target.parentNode.dataset.community);
  target.title = [nameOf(community), rules[target.dataset.rule].title_zh, kindWord(target.dataset.cell)].join(" | ");
}

// Ten thousand cells are made only when somebody opens the matrix.
function drawMatrix() {
  if (!$("matrix").open || matrixView === state.view) return;
  matrixView = state.view;
  const heads = rules.map((rule, index) =>
    el("th", { scope: "col", "data-rule": index }, link(rule.title_zh, () => change({ rule: index }), { title: rule.title_zh })));
  const kinds = state.view === "diff" ? DIFFERENCES : VERDICTS;
  $("matrix-key").textContent = `视图：${viewWord(state.view)}。${kinds.map((kind) => `${SIGNS[kind]}：${kindWord(kind)}`).join("；")}；空白为该规则无此读法或无结果。`;
  $("matrix-table").replaceChildren(
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "社区"), ...heads)),
    el("tbody", {}, ...communities.map((_, index) => matrixRow(index))));
  highlight();
}

/* Choosing ---------------------------------------------------------------- */

function highlight() {
  for (const row of document.querySelectorAll("tr[data-community]")) {
    const on = Number(row.dataset.community) === state.community;
    row.classList.toggle("on", on);
    if (on) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  for (const row of document.querySelectorAll("tr[data-rule]")) row.classList.toggle("on", Number(row.dataset.rule) === state.rule);
  for (const cell of document.querySelectorAll("#matrix-table [data-rule]")) cell.classList.toggle("on-rule", Number(cell.dataset.rule) === state.rule);
}

function revealRow() {
  const box = $("list-scroll");
  const row = box.querySelector("tr.on");
  if (!row) return;
  const top = row.offsetTop - box.querySelector("thead").offsetHeight;
  if (top < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top;
}

function drawControls() {
  const allowed = viewsOf(rules[state.rule]);
  $("rule").value = String(state.rule);
  for (const radio of document.querySelectorAll("input[name=view]")) {
    radio.disabled = !allowed.includes(radio.value);
    radio.checked = radio.value === state.view;
  }
}

function change(wanted) {
  Object.assign(state, wanted);
  const allowed = viewsOf(rules[state.rule]);
  if (allowed.length && !allowed.includes(state.view)) state.view = allowed[0];
  $("heading").textContent = `${rules[state.rule].title_zh} · ${viewWord(state.view)}`;
  for (const draw of [drawControls, drawList, drawLegend, drawClause, drawStatus, drawMatrix, highlight, revealRow]) draw();
  api.paint?.();
}

function select(index) {
  state.community = index;
  for (const draw of [drawDetail, drawStatus, highlight, revealRow]) draw();
  api.mark?.();
}

function fillRules() {
  const groups = new Map();
  rules.forEach((rule, index) => {
    if (!groups.has(rule.group)) groups.set(rule.group, el("optgroup", { label: rule.group }));
    groups.get(rule.group).append(el("option", { value: index }, rule.title_zh));
  });
  $("rule").replaceChildren(...groups.values());
  $("rule").addEventListener("change", (event) => change({ rule: Number(event.target.value) }));
}

function listen() {
  for (const radio of document.querySelectorAll("input[name=view]")) {
    radio.addEventListener("change", () => change({ view: radio.value }));
    if (radio.value !== "diff") $(`word-${radio.value}`).textContent = viewWord(radio.value);
  }
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("facilities").addEventListener("change", (event) => {
    state.facilities = event.target.checked;
    api.mark?.();
  });
  $("matrix").addEventListener("toggle", drawMatrix);
  $("matrix-table").addEventListener("pointerover", nameCell);
}

/* The map ----------------------------------------------------------------- */

const collection = (features) => ({ type: "FeatureCollection", features });
const EMPTY = collection([]);
const NO_ONE = ["==", ["get", "index"], -1];

// The page keeps its own index beside the data: ids may repeat or be missing.
function shapes() {
  return collection(communities.flatMap(({ geometry }, index) => geometry
    ? [{ type: "Feature", geometry, properties: { index, name: nameOf(index), kind: kindOf(index, state.rule, state.view) } }]
    : []));
}

function boundsOf(features) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (Array.isArray(part[0])) return part.forEach(visit);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const { geometry } of features) if (geometry) visit(geometry.coordinates);
  return box[0] <= box[2] ? box : [73, 18, 135, 54];
}

function addLayers(map) {
  for (const [kind, canvas] of Object.entries(patterns)) {
    map.addImage(kind, canvas.getContext("2d").getImageData(0, 0, TILE, TILE), { pixelRatio: 2 });
  }
  const sources = { streets: data.streets, communities: shapes(), circles: data.circles, facilities: data.facilities };
  for (const [name, source] of Object.entries(sources)) map.addSource(name, { type: "geojson", data: source ?? EMPTY });
  const line = (id, source, paint, filter) => ({ id, type: "line", source, paint, ...(filter && { filter }) });
  // Names of many small communities would hide the patterns until one comes closer.
  const namesFrom = Math.max(0, map.getZoom() - 1 + Math.log2(communities.length / 10) / 2);
  const layers = [
    line("streets", "streets", { "line-color": "#8f979d", "line-width": 0.8 }),
    { id: "communities", type: "fill", source: "communities", paint: { "fill-pattern": ["get", "kind"], "fill-opacity": 0.8 } },
    line("outlines", "communities", { "line-color": "#3a4650", "line-width": 1.2 }),
    line("chosen-casing", "communities", { "line-color": "#ffffff", "line-width": 7 }, NO_ONE),
    line("chosen", "communities", { "line-color": "#111111", "line-width": 3.5 }, NO_ONE),
    line("circle", "circles", { "line-color": "#111111", "line-width": 2, "line-dasharray": [3, 2] }, NO_ONE),
    { id: "facilities", type: "circle", source: "facilities", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 1.2, 14, 3.5, 17, 6], "circle-color": "#17456b",
      "circle-stroke-color": "#ffffff", "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.2, 14, 1] } },
    { id: "names", type: "symbol", source: "communities", minzoom: namesFrom, layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 13 },
      paint: { "text-color": "#111111", "text-halo-color": "#ffffff", "text-halo-width": 2 } },
  ];
  for (const layer of layers) map.addLayer(layer);
}

function markMap(map) {
  const chosen = state.community === null ? null : communities[state.community];
  const mine = chosen ? ["==", ["get", "index"], state.community] : NO_ONE;
  for (const id of ["chosen", "chosen-casing"]) map.setFilter(id, mine);
  map.setFilter("circle", chosen ? ["==", ["get", "id"], chosen.properties.id] : NO_ONE);
  map.setLayoutProperty("facilities", "visibility", state.facilities ? "visible" : "none");
  if (!chosen?.geometry) return;
  const [west, south, east, north] = boundsOf([chosen]);
  const middle = [(west + east) / 2, (south + north) / 2];
  if (!map.getBounds().contains(middle)) map.easeTo({ center: middle });
}

function popupText({ layer, properties }) {
  if (layer.id === "communities") return [nameOf(properties.index), kindWord(properties.kind)];
  return [properties.name || "（无名称）", [properties.category, properties.layer].filter(Boolean).join(" · ")];
}

function pointAt(map, popup) {
  map.on("mousemove", ({ point, lngLat }) => {
    const [hit] = map.queryRenderedFeatures(point, { layers: ["facilities", "communities"] });
    map.getCanvas().style.cursor = hit?.layer.id === "communities" ? "pointer" : "";
    if (!hit) return popup.remove();
    const [title, text] = popupText(hit);
    const content = el("div", {}, el("strong", {}, title), el("span", {}, text));
    return popup.setLngLat(lngLat).setDOMContent(content).addTo(map);
  });
  map.on("mouseout", () => popup.remove());
  map.on("click", ({ point }) => {
    const [hit] = map.queryRenderedFeatures(point, { layers: ["communities"] });
    if (hit) select(hit.properties.index);
  });
}

const LOCALE = {
  "Map.Title": "社区评估结果地图",
  "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小",
  "ScaleControl.Meters": "米", "ScaleControl.Kilometers": "公里",
  "CooperativeGesturesHandler.WindowsHelpText": "按住 Ctrl 键并滚动，可缩放地图",
  "CooperativeGesturesHandler.MacHelpText": "按住 ⌘ 键并滚动，可缩放地图",
  "CooperativeGesturesHandler.MobileHelpText": "请用两指移动地图",
};

const blobURL = (id) =>
  URL.createObjectURL(new Blob([JSON.parse($(id).textContent)], { type: "text/javascript" }));

function settle(outcome, note = null) {
  $("map-note").textContent = note ?? "";
  $("map-note").hidden = !note;
  document.documentElement.dataset.map = outcome;
  window.lifecircleReady = true;
}

async function startMap() {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("WebGL2");
  const library = await import(blobURL("library"));
  library.setWorkerUrl(blobURL("worker"));
  const map = new library.Map({
    container: "map", locale: LOCALE, attributionControl: false, renderWorldCopies: false, cooperativeGestures: true,
    dragRotate: false, touchPitch: false, maxPitch: 0, bounds: boundsOf(communities), fitBoundsOptions: { padding: 24 },
    canvasContextAttributes: { preserveDrawingBuffer: true }, // a printed page needs the drawn picture
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#fafbfb" } }] },
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ maxWidth: 100 }), "bottom-left");
  // Without this race a worker that cannot start would leave the reader waiting.
  const failure = new Promise((_, reject) => map.once("error", ({ error }) => reject(error)));
  const reached = (event) => Promise.race([failure, new Promise((resolve) => map.once(event, resolve))]);
  await reached("load");
  addLayers(map);
  pointAt(map, new library.Popup({ closeButton: false, closeOnClick: false, offset: 10, maxWidth: "18rem" }));
  Object.assign(api, { map, paint: () => map.getSource("communities").setData(shapes()), mark: () => markMap(map) });
  markMap(map);
  await reached("idle");
  map.on("error", ({ error }) => console.error(error));
  settle("ready");
}

fillRules();
listen();
if (rules.length) change({});
else $("heading").textContent = "没有可显示的规则";
drawDetail();
drawCity();
startMap().catch((error) => {
  console.warn(error);
  Object.assign(api, { map: null, paint: null, mark: null });
  $("map").replaceChildren();
  settle("unavailable", "此浏览器未能显示地图（需要 WebGL）。列表与各表格内容完整，可照常查阅。");
});
