"use strict";
/* Starts the map. Opened by a double click, the library comes from a Blob; a server sends it as it is,
   so that the page runs under a policy that allows no other scripts. */
{
  const { city, $, load, el } = lifecircle.base;
  const { toDegrees } = lifecircle.datum;
  const { communities } = lifecircle.told;

  const LOCALE = {
    "Map.Title": "便民服务地图", "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小",
    "ScaleControl.Meters": "米", "ScaleControl.Kilometers": "公里",
    "CooperativeGesturesHandler.WindowsHelpText": "按住 Ctrl 键并滚动，可缩放地图",
    "CooperativeGesturesHandler.MacHelpText": "按住 ⌘ 键并滚动，可缩放地图",
    "CooperativeGesturesHandler.MobileHelpText": "请用两指移动地图",
  };

  function settle(outcome, note = "") {
    $("map-note").textContent = note;
    $("map-note").hidden = !note;
    document.documentElement.dataset.map = outcome;
  }

  function bounds() {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const visit = (part) => {
      if (Array.isArray(part[0])) return part.forEach(visit);
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    };
    for (const { outline } of communities) visit(outline.coordinates);
    return box;
  }

  const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

  function style() {
    const ground = { id: "ground", type: "background", paint: { "background-color": "#fafbfb" } };
    if (!city.base.tiles) return { version: 8, sources: {}, layers: [ground] };
    const base = { type: "raster", tiles: [city.base.tiles], tileSize: 256, attribution: city.base.by };
    return { version: 8, sources: { base }, layers: [ground, { id: "base", type: "raster", source: "base" }] };
  }

  async function fromText() {
    await load("parts/maplibre.js");
    const { library: text, worker } = window.lifecircleLibrary;
    delete window.lifecircleLibrary;
    const library = await import(blob(text));
    library.setWorkerUrl(blob(worker));
    return library;
  }

  /** Servers that do not know modules send them as something else: then the text will do. */
  async function fromServer() {
    try {
      const library = await import(new URL("parts/maplibre-gl.mjs", document.baseURI).href);
      library.setWorkerUrl(new URL("parts/maplibre-gl-worker.mjs", document.baseURI).href);
      return library;
    } catch {
      return fromText();
    }
  }

  async function open() {
    if (!document.createElement("canvas").getContext("webgl2")) throw new Error("WebGL2");
    const library = location.protocol === "file:" ? await fromText() : await fromServer();
    const map = new library.Map({
      container: "map", locale: LOCALE, attributionControl: false, renderWorldCopies: false, cooperativeGestures: true,
      dragRotate: false, touchPitch: false, maxPitch: 0, bounds: bounds(), fitBoundsOptions: { padding: 24 },
      fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true }, // a printed page needs the drawn picture
      style: style(),
    });
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new library.ScaleControl({ maxWidth: 100 }), "bottom-left");
    map.getCanvas().setAttribute("aria-label", "便民服务地图，方向键移动，加减号缩放；内容与列表相同");
    // Without this race a worker that cannot start would leave the reader waiting.
    // A tile that fails to come takes only itself away.
    const failure = new Promise((_, reject) => map.on("error", ({ error, sourceId }) => sourceId === "base" || reject(error)));
    const reached = (event) => Promise.race([failure, new Promise((resolve) => map.once(event, resolve))]);
    await reached("load");
    map.on("error", ({ error }) => console.warn(error));
    return { map, library, Popup: library.Popup, reached };
  }

  /** Start the map and tell `ready({map, Popup})`; without one the lists say everything. */
  async function start(ready) {
    try {
      const opened = await open();
      lifecircle.map = opened.map;
      await ready(opened);
      await opened.reached("idle");
      settle("ready");
    } catch (error) {
      console.warn(error);
      lifecircle.map = null;
      $("map").replaceChildren();
      settle("unavailable", "此浏览器未能显示地图（需要 WebGL）。列表内容与地图相同，可照常查阅。");
    }
  }

  /** Move the map so that a place in plane metres can be seen. */
  function show(x, y, zoom = 15.5) {
    const { map } = lifecircle;
    if (!map) return;
    const center = toDegrees(x, y);
    if (!map.getBounds().contains(center) || map.getZoom() < zoom - 2.5) map.jumpTo({ center, zoom: Math.max(map.getZoom(), zoom) });
  }

  /** Bring the whole city into view. */
  const showAll = () => lifecircle.map?.fitBounds(bounds(), { padding: 24, animate: false });

  /** Bring the whole of some places [longitude, latitude] into view. */
  function fit(coordinates) {
    const [lons, lats] = [0, 1].map((axis) => coordinates.map((one) => one[axis]));
    const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
    lifecircle.map?.fitBounds(box, { padding: 60, maxZoom: 16.5, animate: false });
  }

  const popupOf = (title, lines) => el("div", {}, el("strong", {}, title), lines.filter(Boolean).map((line) => el("span", {}, line)));

  lifecircle.mapping = { start, show, showAll, fit, popupOf };
}
