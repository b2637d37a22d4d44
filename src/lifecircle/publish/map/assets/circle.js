"use strict";
/* The policy's circle around a community's centre against the streets that its homes reach on foot. */
{
  const { $, el, number, part } = lifecircle.base;
  const { communities } = lifecircle.told;
  const { summed } = lifecircle.packed;
  const { ticks, spread } = lifecircle.search;
  const { toDegrees } = lifecircle.datum;
  const { feature, set } = lifecircle.layers;
  const CORNERS = 96;
  const STEP_M = 25;
  const KINDS = { both: "圆内，也走得到", circle: "圆内，却走不到", walk: "圆外，却走得到" };

  function outline(x, y, radius) {
    const turns = Array.from({ length: CORNERS + 1 }, (_, at) => (2 * Math.PI * (at % CORNERS)) / CORNERS);
    return { type: "Polygon", coordinates: [turns.map((turn) => toDegrees(x + radius * Math.cos(turn), y + radius * Math.sin(turn)))] };
  }

  /* Which part of each chain is walked in time: [metres from its beginning, metres from its end]. */
  function walked({ network, timing, cost }, reached, limit) {
    return Array.from({ length: network.chains }, (_, chain) => {
      const ends = [[network.from[chain], cost[chain]], [network.to[chain], cost[chain + network.chains]]];
      return ends.map(([node, whole]) => {
        const left = limit - reached[node];
        if (!(left > 0) || whole === Infinity) return 0;
        return timing.length(chain) * Math.min(left / whole, 1);
      });
    });
  }

  /* Cut every street into short pieces and ask of each whether it is in the circle and walked. */
  async function pieces(walks, reached, limit, x, y, radius) {
    const { network } = walks;
    const found = { both: [], circle: [], walk: [] };
    const metres = { both: 0, circle: 0, walk: 0 };
    const parts = walked(walks, reached, limit);
    for (let chain = 0; chain < network.chains; chain += 1) {
      const length = network.at[network.start[chain + 1] - 1];
      let open = null;
      for (let at = network.start[chain]; at + 1 < network.start[chain + 1]; at += 1) {
        const [from, to] = [at, at + 1].map((one) => [network.x[one], network.y[one]]);
        const size = network.at[at + 1] - network.at[at];
        const count = Math.max(1, Math.ceil(size / STEP_M));
        for (let step = 0; step < count; step += 1) {
          const place = (share) => from.map((one, axis) => one + (to[axis] - one) * share);
          const middle = place((step + 0.5) / count);
          const along = network.at[at] + (size * (step + 0.5)) / count;
          const inside = Math.hypot(middle[0] - x, middle[1] - y) <= radius;
          const there = along <= parts[chain][0] || length - along <= parts[chain][1];
          const kind = inside ? (there ? "both" : "circle") : there ? "walk" : null;
          if (kind !== open?.kind) {
            open = kind && { kind, line: [place(step / count)] };
            if (open) found[kind].push(open.line);
          }
          if (!open) continue;
          open.line.push(place((step + 1) / count));
          metres[kind] += size / count;
        }
      }
      await lifecircle.base.breathe();
    }
    return { found, metres };
  }

  let asked = 0;
  function clear() {
    asked += 1;
    set("circle", []);
    set("reach", []);
    for (const one of $("legend").querySelectorAll(".against")) one.remove();
  }

  /**
   * Draw the circle and the reach of `minutes` of a community, and say how they differ in `place`;
   * `circles` are the pack's.
   */
  async function show(circles, row, minutes, place) {
    clear();
    const own = asked;
    const radius = circles.radius_m[row];
    place.replaceChildren(el("p", {}, "正在计算……"));
    const [x, y] = [circles.x, circles.y].map((axis) => summed(axis)[row] / 1000);
    const walks = await lifecircle.walks.walksOf(0);
    const community = summed((await part("homes")).community);
    const doors = (await walks.homeDoors()).filter((door) => community[door.row] === row);
    const limit = ticks(minutes * 60);
    const seeds = doors.flatMap((door) => walks.seeds(door, walks.timing.toEnds(door)));
    const { reached } = spread(walks.network, walks.cost, seeds, limit);
    const { found, metres } = await pieces(walks, reached, limit, x, y, radius);
    if (own !== asked) return;
    set("circle", [feature(outline(x, y, radius), {})]);
    set("reach", Object.entries(found).map(([kind, lines]) => feature(
      { type: "MultiLineString", coordinates: lines.map((line) => line.map(([east, north]) => toDegrees(east, north))) }, { kind })));
    lifecircle.mapping.fit(outline(x, y, radius).coordinates[0]);
    $("legend").append(...legend(metres));
    place.replaceChildren(...words(row, radius, minutes, metres));
  }

  const long = (metres) => `${number(Math.round(metres / 100) / 10)}公里`;
  const legend = (metres) => Object.entries(KINDS).map(([kind, name]) => el("li", { class: "against" },
    el("span", { class: `reach ${kind}`, "aria-hidden": "true" }), `${name}的路：${long(metres[kind])}`));

  function words(row, radius, minutes, metres) {
    const walker = lifecircle.base.city.walkers[0].name;
    return [
      el("h3", {}, "圆和步行对照"),
      el("p", {}, `圆：以${communities[row].name}的几何中心为圆心，半径${number(radius)}米。步行：${walker}从本社区任一住地出发，${number(minutes)}分钟走得到的路。`),
      el("p", {}, `${Object.entries(KINDS).map(([kind, name]) => `${name}的路${long(metres[kind])}`).join("；")}。`),
    ];
  }

  lifecircle.circle = { show, clear };
}
