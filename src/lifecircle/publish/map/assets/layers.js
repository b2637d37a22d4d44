"use strict";
/* What stands on the map, and which of it each view shows. */
{
  const { city, state, on } = lifecircle.base;
  const { toDegrees, toMetres } = lifecircle.datum;
  const { communities, facilities, kindsOf, communityOf, CLASSES } = lifecircle.told;
  const { TILE, painted } = lifecircle.patterns;
  const { popupOf } = lifecircle.mapping;

  const collection = (features) => ({ type: "FeatureCollection", features });
  const EMPTY = collection([]);
  const NO_ONE = ["==", ["get", "row"], -1];
  const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });
  const point = (x, y) => ({ type: "Point", coordinates: toDegrees(x, y) });

  /* The fill of each community is set by the view that shows them. */
  const fills = { of: () => "plain", word: () => "" };
  const areas = () => collection(communities.map(({ row, name, outline }) =>
    feature(outline, { row, name, fill: fills.of(row) })));

  const labels = () => collection(communities.map(({ row, name, x, y }) => feature(point(x, y), { row, name })));

  const places = () => collection(facilities.filter(({ placed }) => placed).map(({ row, x, y, kinds, closed }) =>
    feature(point(x, y), { row, kinds: kinds.map((kind) => `|${kind}|`).join(""), closed: closed ? 1 : 0 })));

  const HOMES = {
    5: ["#0b6b3a", "#ffffff"], 10: ["#4f9bd9", "#0d3a5c"], 15: ["#ffe08a", "#6b4a00"], far: ["#ffffff", "#b3261e"],
  };
  const byClass = (at) => ["match", ["get", "class"], ...CLASSES.flatMap(({ id }) => [id, HOMES[id][at]]), "#000000"];

  function layersOf(namesFrom) {
    const line = (id, source, paint, filter) => ({ id, type: "line", source, paint, layout: { "line-join": "round" }, ...(filter && { filter }) });
    const grown = (...sizes) => ["interpolate", ["linear"], ["zoom"], ...sizes];
    const text = (id, source, minzoom, field, offset) => ({
      id, type: "symbol", source, minzoom,
      layout: { "text-field": field, "text-font": ["sans-serif"], "text-size": 13, "text-offset": offset, "text-anchor": "top" },
      paint: { "text-color": "#111111", "text-halo-color": "#ffffff", "text-halo-width": 2 },
    });
    return [
      { id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": ["get", "fill"], "fill-opacity": city.base.tiles ? 0.6 : 0.85 } },
      { ...line("streets", "streets", { "line-color": "#8f979d", "line-width": grown(10, 0.4, 15, 1.4) }), "source-layer": "streets" },
      line("outlines", "areas", { "line-color": "#3a4650", "line-width": 1.2 }),
      { id: "circle", type: "fill", source: "circle", paint: { "fill-color": "#111111", "fill-opacity": 0.06 } },
      line("circle-line", "circle", { "line-color": "#111111", "line-width": 2.5, "line-dasharray": [4, 2] }),
      line("reach-both", "reach", { "line-color": "#1f5fae", "line-width": 3 }, ["==", ["get", "kind"], "both"]),
      line("reach-circle", "reach", { "line-color": "#b3261e", "line-width": 4, "line-dasharray": [0.6, 1] }, ["==", ["get", "kind"], "circle"]),
      line("reach-walk", "reach", { "line-color": "#0b6b3a", "line-width": 5, "line-dasharray": [3, 1] }, ["==", ["get", "kind"], "walk"]),
      line("chosen-casing", "areas", { "line-color": "#ffffff", "line-width": 7 }, NO_ONE),
      line("chosen", "areas", { "line-color": "#111111", "line-width": 3.5 }, NO_ONE),
      { id: "homes", type: "circle", source: "homes", paint: {
        "circle-radius": grown(10, 1.6, 13, 3.5, 16, 8), "circle-color": byClass(0), "circle-stroke-color": byClass(1),
        "circle-stroke-width": grown(10, 0.4, 14, 2) } },
      { id: "facilities", type: "circle", source: "facilities", paint: {
        "circle-radius": grown(10, 1.4, 13, 3, 16, 6.5),
        "circle-color": ["case", ["==", ["get", "closed"], 1], "#ffffff", "#17456b"],
        "circle-stroke-color": ["case", ["==", ["get", "closed"], 1], "#17456b", "#ffffff"],
        "circle-stroke-width": grown(10, 0.2, 14, 1.2) } },
      line("way-casing", "way", { "line-color": "#ffffff", "line-width": 9 }),
      line("way", "way", { "line-color": "#8a1253", "line-width": 5 }, ["==", ["get", "leg"], 0]),
      line("way-legs", "way", { "line-color": "#8a1253", "line-width": 3, "line-dasharray": [1.5, 1.5] }, ["==", ["get", "leg"], 1]),
      { id: "ends", type: "circle", source: "ends", paint: {
        "circle-radius": 9, "circle-color": ["match", ["get", "end"], "from", "#8a1253", "#ffffff"],
        "circle-stroke-color": ["match", ["get", "end"], "from", "#ffffff", "#8a1253"], "circle-stroke-width": 3 } },
      { id: "plans", type: "circle", source: "plans", paint: {
        "circle-radius": grown(10, 3, 15, 10), "circle-color": "#ffd23f", "circle-stroke-color": "#111111", "circle-stroke-width": 2 } },
      text("plan-names", "plans", 13, ["get", "name"], [0, 1]),
      text("names", "labels", namesFrom, ["get", "name"], [0, 0]),
    ];
  }

  const SHOWN = {
    facilities: ["facilities", "ends"], communities: ["chosen", "chosen-casing", "circle", "circle-line", "reach-both", "reach-circle", "reach-walk"], homes: ["homes"],
    mine: ["facilities", "way", "way-legs", "way-casing", "ends"], plans: ["plans", "plan-names"],
  };
  const SOMETIMES = [...new Set(Object.values(SHOWN).flat())];

  const sources = { areas, labels, facilities: places, homes: () => EMPTY, way: () => EMPTY, circle: () => EMPTY, reach: () => EMPTY, ends: () => EMPTY, plans: () => EMPTY };
  const set = (name, features) => lifecircle.map?.getSource(name)?.setData(collection(features));

  function showView() {
    const { map } = lifecircle;
    if (!map?.getLayer("areas")) return;
    for (const id of SOMETIMES) map.setLayoutProperty(id, "visibility", SHOWN[state.view].includes(id) ? "visible" : "none");
    map.getSource("areas").setData(areas());
    const kind = state.view === "facilities" ? state.kind : null;
    map.setFilter("facilities", typeof kind === "number" ? ["in", `|${kind}|`, ["get", "kinds"]] : null);
    const mine = ["==", ["get", "row"], state.community ?? -1];
    for (const id of ["chosen", "chosen-casing"]) map.setFilter(id, mine);
  }

  /* One handler for each view says what a click means; each layer says what stands under it. */
  const clicked = {};
  const told = {
    facilities: ({ row }) => [facilities[row].name, kindsOf(facilities[row]), facilities[row].hours || "开放时间未登记"],
    areas: ({ row }) => [communities[row].name, fills.word(row)],
    homes: ({ name, said }) => [name, said],
    plans: ({ name, said }) => [name, said],
  };

  function listen(map, Popup) {
    const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 10, maxWidth: "18rem" });
    const layersThere = () => ["plans", "homes", "facilities", "areas"].filter((id) => map.getLayoutProperty(id, "visibility") !== "none");
    map.on("mousemove", ({ point: at, lngLat }) => {
      if (map.isMoving()) return;
      const [hit] = map.queryRenderedFeatures(at, { layers: layersThere() });
      if (!hit) return popup.remove();
      const [title, ...lines] = told[hit.layer.id](hit.properties);
      return popup.setLngLat(lngLat).setDOMContent(popupOf(title, lines)).addTo(map);
    });
    map.on("mouseout", () => popup.remove());
    map.on("click", ({ point: at, lngLat }) => {
      const near = [[at.x - 6, at.y - 6], [at.x + 6, at.y + 6]];
      const hits = map.queryRenderedFeatures(near, { layers: layersThere() });
      clicked[state.view]?.({ hits, xy: toMetres(lngLat.lng, lngLat.lat) });
    });
  }

  /** Put all sources and layers on a map that has started. */
  async function dress({ map, Popup, library }) {
    for (const [kind, canvas] of Object.entries(painted)) {
      map.addImage(kind, canvas.getContext("2d").getImageData(0, 0, TILE, TILE), { pixelRatio: 2 });
    }
    map.addSource("streets", await lifecircle.tiles.ready(library));
    for (const [name, made] of Object.entries(sources)) map.addSource(name, { type: "geojson", data: made() });
    // Names of many small communities would hide the patterns until one comes closer.
    const namesFrom = Math.max(0, map.getZoom() - 1 + Math.log2(communities.length / 10) / 2);
    for (const layer of layersOf(namesFrom)) map.addLayer(layer);
    showView();
    listen(map, Popup);
    lifecircle.layers.dressed();
  }

  on(["view", "kind", "community", "rule", "pack", "reading"], showView);

  lifecircle.layers = { dress, set, fills, clicked, feature, point, showView, dressed: () => {}, HOMES, communityOf };
}
