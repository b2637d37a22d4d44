"use strict";
/* The line of one way, put together from the arcs by which its junctions were reached. */
{
  const BEND_DEGREES = 45;

  /* The line of a chain from one place on it to another, in plane metres. */
  function piece({ start, x, y, at }, chain, begin, end) {
    const [low, high] = [Math.min(begin, end), Math.max(begin, end)];
    const [first, last] = [start[chain], start[chain + 1] - 1];
    const between = (metres) => {
      let one = first;
      while (one < last - 1 && at[one + 1] < metres) one += 1;
      const span = at[one + 1] - at[one];
      const share = span > 0 ? Math.min(Math.max((metres - at[one]) / span, 0), 1) : 0;
      return [x[one] + share * (x[one + 1] - x[one]), y[one] + share * (y[one + 1] - y[one])];
    };
    const line = [between(low)];
    for (let one = first; one <= last; one += 1) if (at[one] > low && at[one] < high) line.push([x[one], y[one]]);
    line.push(between(high));
    return begin <= end ? line : line.reverse();
  }

  /* A way is {metres, line}, and the legs {before, after} that are walked off the streets. */
  const wayOf = (from, to, walked, line) => ({
    metres: from.leg + walked + to.leg, line, before: from.leg, after: to.leg,
    doors: [[from.x, from.y], [to.x, to.y]],
  });

  /** The way over one chain, without a junction. */
  function alongChain(network, from, to) {
    return wayOf(from, to, Math.abs(to.at - from.at), piece(network, from.chain, from.at, to.at));
  }

  /** The way to the end of `to`'s chain that is reached at `end` (0 or 1). */
  function throughJunctions(network, timing, before, seedDoors, to, end) {
    const { chains } = network;
    const ends = [network.from, network.to];
    const endAt = end ? timing.length(to.chain) : 0;
    const parts = [[to.chain, endAt, to.at]];
    let node = ends[end][to.chain];
    let arc = before[node];
    while (arc >= 0) {
      const chain = arc % chains;
      const back = arc >= chains ? 1 : 0;
      const length = timing.length(chain);
      parts.push(back ? [chain, length, 0] : [chain, 0, length]);
      node = ends[back][chain];
      arc = before[node];
    }
    const seed = -2 - arc;
    const from = seedDoors[seed >> 1];
    parts.push([from.chain, from.at, seed % 2 ? timing.length(from.chain) : 0]);
    parts.reverse();
    const walked = parts.reduce((sum, [, begin, stop]) => sum + Math.abs(stop - begin), 0);
    return wayOf(from, to, walked, parts.flatMap(([chain, begin, stop]) => piece(network, chain, begin, stop)));
  }

  const COMPASS = ["东", "东北", "北", "西北", "西", "西南", "南", "东南"];

  /** The straight parts of a line: [{turn, compass, metres}], bends under 45 degrees gone along. */
  function straights(line) {
    const parts = [];
    let last = 0;
    for (let at = 1; at < line.length; at += 1) {
      const [dx, dy] = [line[at][0] - line[at - 1][0], line[at][1] - line[at - 1][1]];
      const metres = Math.hypot(dx, dy);
      if (metres === 0) continue;
      const heading = (Math.atan2(dy, dx) * 180) / Math.PI;
      const bend = ((heading - last + 540) % 360) - 180;
      const small = metres < 1 || Math.abs(bend) < BEND_DEGREES;
      if (parts.length && small) parts[parts.length - 1].metres += metres;
      else {
        const compass = COMPASS[Math.round((heading + 360) / 45) % 8];
        parts.push({ turn: parts.length ? (bend > 0 ? "左" : "右") : "", compass, metres });
      }
      if (metres >= 1) last = heading;
    }
    return parts;
  }

  lifecircle.ways = { alongChain, throughJunctions, straights };
}
