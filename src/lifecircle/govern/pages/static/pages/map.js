/* Draws the maps of a page: a blank ground and our own GeoJSON, nothing from elsewhere. */

const TONES = { lead: "#1c4567", good: "#1a7a42", wait: "#c46a00", bad: "#c02a1e" };
const tone = ["match", ["get", "tone"], ...Object.entries(TONES).flat(), TONES.lead];
const GROUND = { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f7f9fa" } }] };
const LAYERS = [
  { id: "fill", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": tone, "fill-opacity": 0.15 } },
  { id: "line", type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": tone, "line-width": 1.5 } },
  {
    id: "point", type: "circle", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-color": tone, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3, 16, 7], "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
  },
];
const EMPTY = { type: "FeatureCollection", features: [] };

const address = (path) => new URL(path, location.href).href;

/** Return the box [west, south, east, north] around what is drawn, or null. */
function around({ features, bbox }) {
  if (bbox) return bbox;
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (Array.isArray(part[0])) return part.forEach(visit);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const { geometry } of features) if (geometry) visit(geometry.coordinates);
  return box[0] === Infinity ? null : box;
}

async function fetched(place, box) {
  const url = new URL(place.dataset.map, location.href);
  if (box) url.searchParams.set("bbox", box.map((degree) => degree.toFixed(6)).join(","));
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** Return what a click shows of a thing: text nodes only, names come from records. */
function told({ name, said, url }) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  const held = url && new URL(url, location.href).origin === location.origin ? document.createElement("a") : document.createElement("span");
  if (held.tagName === "A") held.href = url;
  held.textContent = name ?? "";
  title.append(held);
  box.append(title);
  if (said) box.append(Object.assign(document.createElement("span"), { textContent: said }));
  return box;
}

async function stylesheet(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
  document.head.append(link);
  await loaded;
}

function opened(library, place, words, box) {
  const canvas = place.querySelector(".map-canvas");
  canvas.hidden = false;
  const map = new library.Map({
    container: canvas, style: GROUND, bounds: box, fitBoundsOptions: { padding: 32, maxZoom: 16 }, attributionControl: false,
    renderWorldCopies: false, cooperativeGestures: true, dragRotate: false, touchPitch: false, maxPitch: 0, fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true }, // a printed page needs the drawn picture
    locale: {
      "Map.Title": place.ariaLabel, "NavigationControl.ZoomIn": words.in, "NavigationControl.ZoomOut": words.out,
      "ScaleControl.Meters": words.metres, "ScaleControl.Kilometers": words.kilometres, "Popup.Close": words.close,
      "CooperativeGesturesHandler.WindowsHelpText": words.scroll, "CooperativeGesturesHandler.MacHelpText": words.scroll,
      "CooperativeGesturesHandler.MobileHelpText": words.touch,
    },
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ maxWidth: 100 }), "bottom-left");
  map.getCanvas().setAttribute("aria-label", `${place.ariaLabel} (${words.keys})`);
  return map;
}

function listen(map, library) {
  for (const { id } of LAYERS) {
    map.on("mouseenter", id, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", id, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("click", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ["point", "line", "fill"] });
    if (hit) new library.Popup({ focusAfterOpen: true }).setLngLat(event.lngLat).setDOMContent(told(hit.properties)).addTo(map);
  });
}

async function draw(place, words) {
  const said = place.querySelector(".map-said");
  let data;
  try {
    data = await fetched(place);
  } catch (error) {
    return [said.textContent, place.dataset.state] = [words.failed, "off"];
  }
  const box = around(data);
  if (!box) return [said.textContent, place.dataset.state] = [words.none, "off"];
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("WebGL2");
  const [library] = await Promise.all([import(address(place.dataset.maplibre)), stylesheet(place.dataset.style)]);
  library.setWorkerUrl(address(place.dataset.worker));
  const map = opened(library, place, words, box);
  const failed = new Promise((_, reject) => map.on("error", ({ error }) => reject(error)));
  await Promise.race([failed, new Promise((resolve) => map.once("load", resolve))]);
  map.addSource("ours", { type: "geojson", data });
  for (const layer of LAYERS) map.addLayer({ ...layer, source: "ours" });
  listen(map, library);
  if ("moving" in place.dataset) {
    map.on("moveend", async () => {
      const now = await fetched(place, map.getBounds().toArray().flat()).catch(() => EMPTY);
      said.textContent = now === EMPTY ? words.failed : "";
      map.getSource("ours").setData(now);
    });
  }
  await Promise.race([failed, new Promise((resolve) => map.once("idle", resolve))]);
  said.textContent = "";
  place.dataset.state = "ready";
}

/** Return the words that the template gave, in the reader's language. */
function wordsOf(place) {
  const named = Object.entries(place.dataset).filter(([key]) => key.startsWith("words"));
  return Object.fromEntries(named.map(([key, text]) => [key.slice(5).toLowerCase(), text]));
}

for (const place of document.querySelectorAll(".map[data-map]")) {
  const words = wordsOf(place);
  draw(place, words).catch((error) => {
    console.warn(error);
    place.querySelector(".map-canvas").replaceChildren();
    place.querySelector(".map-said").textContent = words.off;
    place.dataset.state = "off";
  });
}
