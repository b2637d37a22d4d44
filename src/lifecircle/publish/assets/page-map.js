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
drawRest();
startMap().catch((error) => {
  console.warn(error);
  Object.assign(api, { map: null, paint: null, mark: null });
  $("map").replaceChildren();
  settle("unavailable", "此浏览器未能显示地图（需要 WebGL）。列表与各表格内容完整，可照常查阅。");
});
