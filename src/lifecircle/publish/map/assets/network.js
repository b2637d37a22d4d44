"use strict";
/* The walking network: junctions joined by chains of straight pieces, in plane metres. */
{
  const { breathe } = lifecircle.base;
  const { unpack, summed, metres } = lifecircle.packed;

  /* Lay the vertices of every chain out one after another, as the engine does. */
  async function vertices(told, from, to, start) {
    const axes = [];
    for (const [own, steps] of [["x", "dx"], ["y", "dy"]]) {
      const junction = summed(told[own]);
      await breathe();
      const inner = unpack(told[steps]);
      await breathe();
      const place = new Int32Array(start[start.length - 1]);
      let next = 0;
      for (let chain = 0; chain < from.length; chain += 1) {
        place[start[chain]] = junction[from[chain]];
        const last = start[chain + 1] - 1;
        for (let at = start[chain] + 1; at < last; at += 1) {
          place[at] = place[at - 1] + inner[next];
          next += 1;
        }
        place[last] = junction[to[chain]];
      }
      axes.push(metres(place));
      await breathe();
    }
    return axes;
  }

  /* Metres from the beginning of each chain, summed piece by piece in the engine's order. */
  function along(start, x, y) {
    const at = new Float64Array(x.length);
    for (let chain = 0; chain + 1 < start.length; chain += 1) {
      for (let here = start[chain] + 1; here < start[chain + 1]; here += 1) {
        const [dx, dy] = [x[here] - x[here - 1], y[here] - y[here - 1]];
        at[here] = at[here - 1] + Math.sqrt(dx * dx + dy * dy);
      }
    }
    return at;
  }

  /* Arc c is chain c from its beginning, arc c + m the same from its end; by the junction left. */
  function arcsOf(junctions, from, to) {
    const chains = from.length;
    const first = new Int32Array(junctions + 1);
    for (const ends of [from, to]) for (const node of ends) first[node + 1] += 1;
    for (let node = 0; node < junctions; node += 1) first[node + 1] += first[node];
    const arc = new Int32Array(2 * chains);
    const free = first.slice();
    for (let one = 0; one < 2 * chains; one += 1) {
      const node = one < chains ? from[one] : to[one - chains];
      arc[free[node]] = one;
      free[node] += 1;
    }
    return { first, arc };
  }

  /** Lay the network out as arrays, giving the page its turn between them. */
  async function decode(told) {
    const from = summed(told.from);
    const to = unpack(told.to).map((more, chain) => from[chain] + more);
    const inner = unpack(told.inner);
    const start = new Int32Array(told.chains + 1);
    for (let chain = 0; chain < told.chains; chain += 1) start[chain + 1] = start[chain] + inner[chain] + 2;
    await breathe();
    const [x, y] = await vertices(told, from, to, start);
    const size = x.length;
    const passage = new Uint8Array(size);
    const waits = new Float64Array(size);
    const sort = unpack(told.sort);
    summed(told.special).forEach((piece, at) => { [passage[piece], waits[piece]] = told.sorts[sort[at]]; });
    const linked = new Uint8Array(told.chains).fill(1);
    for (const chain of summed(told.unlinked)) linked[chain] = 0;
    const z = told.z ? metres(summed(told.z)) : null;
    const { junctions, chains, rules } = told;
    return {
      junctions, chains, from, to, start, x, y, z, at: along(start, x, y), passage, waits, linked, rules,
      ...arcsOf(junctions, from, to),
    };
  }

  lifecircle.network = { decode };
}
