"use strict";
/* Patterns that tell areas apart without colour, on the map, in the legend and in the list. */
{
  const { el } = lifecircle.base;
  const TILE = 32;

  function hatch(context, ink, width, turns) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    for (const way of turns) {
      for (let start = -TILE; start <= 2 * TILE; start += TILE / 2) {
        context.beginPath();
        context.moveTo(start - 8 * way, -8);
        context.lineTo(start + (TILE + 8) * way, TILE + 8);
        context.stroke();
      }
    }
  }

  function dots(context, ink, radius) {
    context.fillStyle = ink;
    for (const [x, y] of [[8, 8], [24, 24]]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  function bars(context, ink, width) {
    context.fillStyle = ink;
    for (const y of [4, 20]) context.fillRect(0, y, TILE, width);
  }

  const RECIPES = {
    met: ["#8fc7a2", () => {}],
    "not met": ["#fbe0da", (context) => hatch(context, "#b3261e", 5, [1])],
    "not assessed": ["#e4e7e9", (context) => dots(context, "#59636c", 3)],
    "not applicable": ["#ffffff", () => {}],
    "circle-only": ["#eadcf5", (context) => hatch(context, "#5b1a8b", 3.5, [1, -1])],
    "walk-only": ["#cfe0f7", (context) => bars(context, "#1f5fae", 6)],
    same: ["#e3e5e7", () => {}],
    incomparable: ["#ffffff", (context) => dots(context, "#59636c", 2)],
    none: ["#ffffff", (context) => bars(context, "#d3d8dc", 6)],
    gaps0: ["#8fc7a2", () => {}],
    gaps1: ["#fdeee6", (context) => bars(context, "#c77b5b", 2)],
    gaps2: ["#f6c9b8", (context) => hatch(context, "#a03c1c", 3, [1])],
    gaps3: ["#e2917a", (context) => hatch(context, "#6b1a0a", 4, [1, -1])],
    plain: ["#eef1f3", () => {}],
  };

  const painted = Object.fromEntries(Object.entries(RECIPES).map(([kind, [ground, draw]]) => {
    const canvas = el("canvas", { width: TILE, height: TILE });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = ground;
    context.fillRect(0, 0, TILE, TILE);
    draw(context);
    return [kind, canvas];
  }));
  const addresses = Object.fromEntries(Object.entries(painted).map(([kind, canvas]) => [kind, canvas.toDataURL()]));

  function swatch(kind) {
    const node = el("span", { class: "swatch", "aria-hidden": "true" });
    node.style.backgroundImage = `url("${addresses[kind]}")`;
    return node;
  }

  lifecircle.patterns = { TILE, painted, swatch };
}
