"use strict";
/* Quickest times over the whole network from or to some doors, in the engine's whole ticks. */
{
  const TICK_S = 2 ** -32;
  const ticks = (seconds) => Math.round(seconds / TICK_S);
  const secondsOf = (count) => count * TICK_S;

  /* A heap of nodes by their ticks; a node may stand in it more than once. */
  class Heap {
    constructor() { this.cost = []; this.node = []; }
    push(cost, node) {
      let at = this.cost.length;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (this.cost[above] <= cost) break;
        this.cost[at] = this.cost[above];
        this.node[at] = this.node[above];
        at = above;
      }
      this.cost[at] = cost;
      this.node[at] = node;
    }
    pop() {
      const least = [this.cost[0], this.node[0]];
      const [cost, node] = [this.cost.pop(), this.node.pop()];
      const size = this.cost.length;
      if (!size) return least;
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= size) break;
        if (below + 1 < size && this.cost[below + 1] < this.cost[below]) below += 1;
        if (this.cost[below] >= cost) break;
        this.cost[at] = this.cost[below];
        this.node[at] = this.node[below];
        at = below;
      }
      this.cost[at] = cost;
      this.node[at] = node;
      return least;
    }
    get size() { return this.cost.length; }
  }

  /* The ticks of every arc, infinite where it is barred. */
  function arcTicks(timing) {
    const { chains, rules } = timing.network;
    const ticked = new Float64Array(2 * chains);
    for (let arc = 0; arc < 2 * chains; arc += 1) {
      const seconds = timing.chain(arc % chains, arc >= chains);
      ticked[arc] = seconds < rules.barred_s ? ticks(seconds) : Infinity;
    }
    return ticked;
  }

  /**
   * Spread from `seeds` [node, ticks] to every node within `limit` ticks; `backwards` goes against
   * the arcs, as from a facility to those who walk there. Returns the ticks of each node, infinite
   * beyond, and the arc by which each was reached, -2 - s for the seed s.
   */
  function spread(network, cost, seeds, limit, backwards = false) {
    const { first, arc, from, to, chains } = network;
    const reached = new Float64Array(network.junctions).fill(Infinity);
    const before = new Int32Array(network.junctions).fill(-1);
    const heap = new Heap();
    seeds.forEach(([node, count], seed) => {
      if (count >= reached[node] || count > limit) return;
      reached[node] = count;
      before[node] = -2 - seed;
      heap.push(count, node);
    });
    while (heap.size) {
      const [count, here] = heap.pop();
      if (count > reached[here]) continue;
      for (let at = first[here]; at < first[here + 1]; at += 1) {
        const leaving = arc[at];
        const there = leaving < chains ? to[leaving] : from[leaving - chains];
        const walked = backwards ? (leaving + chains) % (2 * chains) : leaving;
        const later = count + cost[walked];
        if (later <= limit && later < reached[there]) {
          reached[there] = later;
          before[there] = walked;
          heap.push(later, there);
        }
      }
    }
    return { reached, before };
  }

  lifecircle.search = { TICK_S, ticks, secondsOf, arcTicks, spread };
}
