"use strict";
/* Plane metres to the degrees that are shown and back, between the corners of a lattice. */
{
  const { city } = lifecircle.base;
  const { summed } = lifecircle.packed;
  const { west_m, south_m, step_m, columns, rows, unit, first, ...lattice } = city.lattice;
  const corners = [summed(lattice.lon), summed(lattice.lat)];

  /** Return [longitude, latitude] of plane metres; beyond the lattice its last cell goes on. */
  function toDegrees(x, y) {
    const east = (x - west_m) / step_m;
    const north = (y - south_m) / step_m;
    const column = Math.min(Math.max(Math.floor(east), 0), columns - 2);
    const row = Math.min(Math.max(Math.floor(north), 0), rows - 2);
    const [u, v] = [east - column, north - row];
    const at = row * columns + column;
    return corners.map((corner, axis) => {
      const low = corner[at] * (1 - u) + corner[at + 1] * u;
      const high = corner[at + columns] * (1 - u) + corner[at + columns + 1] * u;
      return (first[axis] + low * (1 - v) + high * v) * unit;
    });
  }

  const ROUNDS = 6;
  const NEAR_M = 10;
  /** Return plane metres [x, y], to the millimetre as the engine keeps them. */
  function toMetres(lon, lat) {
    let x = west_m + (step_m * columns) / 2;
    let y = south_m + (step_m * rows) / 2;
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = toDegrees(x, y);
      const east = toDegrees(x + NEAR_M, y).map((one, axis) => (one - here[axis]) / NEAR_M);
      const north = toDegrees(x, y + NEAR_M).map((one, axis) => (one - here[axis]) / NEAR_M);
      const [dx, dy] = [lon - here[0], lat - here[1]];
      const area = east[0] * north[1] - east[1] * north[0];
      x += (dx * north[1] - dy * north[0]) / area;
      y += (dy * east[0] - dx * east[1]) / area;
    }
    return [x, y].map((one) => Math.round(one * 1000) / 1000);
  }

  lifecircle.datum = { toDegrees, toMetres };
}
