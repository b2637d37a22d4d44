"use strict";
/* The seconds of one walker on the network, in both directions: the engine's own reckoning. */
{
  class Timing {
    /** Sum the extras of every chain: what slopes, steps and waits take beyond level way. */
    constructor(network, walker) {
      this.network = network;
      this.walker = walker;
      this.limit_s = network.rules.barred_s;
      const size = network.x.length;
      this.ahead = new Float64Array(size);
      this.back = new Float64Array(size);
      this.barred = new Uint8Array(size);
      const { reversed } = network.rules;
      for (let chain = 0; chain < network.chains; chain += 1) {
        for (let at = network.start[chain]; at < network.start[chain + 1] - 1; at += 1) {
          const length = Math.max(network.at[at + 1] - network.at[at], 0);
          const rise = network.z ? network.z[at + 1] - network.z[at] : 0;
          const slope = length > 0 ? rise / length : 0;
          const passage = network.passage[at];
          const [ahead, back] = [
            this.extra(at, passage, slope, length), this.extra(at, reversed[passage], -slope, length),
          ];
          this.barred[at] = ahead >= this.limit_s && back >= this.limit_s ? 1 : 0;
          this.ahead[at + 1] = this.ahead[at] + ahead;
          this.back[at + 1] = this.back[at] + back;
        }
      }
    }

    seconds(length) { return (length * 60) / this.walker.speed_m_per_min; }

    extra(at, passage, slope, length) {
      const { walker, network: { rules, waits } } = this;
      const [pace, wait] = [walker.pace[passage], walker.wait_s[passage]];
      const sloped = !rules.unsloped[passage];
      const steep = sloped && walker.steepest !== null && Math.abs(slope) > walker.steepest;
      if (pace === null || wait === null || steep) return this.limit_s;
      const slowed = sloped ? pace * this.slowedBy(slope) : pace;
      return this.seconds(length) * (slowed - 1) + wait * waits[at];
    }

    /** How many times as long as the level a metre of a slope takes (Tobler 1993). */
    slowedBy(slope) {
      if (!this.walker.tobler) return 1;
      const most = this.network.rules.steepest_street;
      const believed = Math.min(Math.max(slope, -most), most);
      return Math.exp(3.5 * (Math.abs(believed + 0.05) - 0.05));
    }

    length(chain) { return this.network.at[this.network.start[chain + 1] - 1]; }

    /** The seconds of a chain from its beginning, or from its end. */
    chain(chain, back) {
      const last = this.network.start[chain + 1] - 1;
      return this.seconds(this.length(chain)) + (back ? this.back : this.ahead)[last];
    }

    /** The piece (its first vertex) at or before `at` metres of a chain, never the last vertex. */
    piece(chain, at) {
      const { start, at: along } = this.network;
      let [low, high] = [start[chain], start[chain + 1] - 2];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (along[middle] <= at) low = middle;
        else high = middle - 1;
      }
      return low;
    }

    /** The extra between the beginning of a chain and `at` metres of it: [ahead, back]. */
    extraAt(chain, at) {
      const { at: along } = this.network;
      const piece = this.piece(chain, at);
      const length = along[piece + 1] - along[piece];
      const share = Math.min(Math.max(length > 0 ? (at - along[piece]) / length : 0, 0), 1);
      return [this.ahead, this.back].map((sum) => sum[piece] + share * (sum[piece + 1] - sum[piece]));
    }

    level({ chain, at, leg }) {
      const rest = Math.max(this.length(chain) - at, 0);
      return [this.seconds(at + leg), this.seconds(rest + leg)];
    }

    /** The seconds from a door to both ends of its chain. */
    toEnds(door) {
      const [ahead, back] = this.extraAt(door.chain, door.at);
      const [begin, end] = this.level(door);
      return [begin + back, end + (this.ahead[this.network.start[door.chain + 1] - 1] - ahead)];
    }

    /** The seconds from both ends of its chain to a door. */
    fromEnds(door) {
      const [ahead, back] = this.extraAt(door.chain, door.at);
      const [begin, end] = this.level(door);
      return [begin + ahead, end + (this.back[this.network.start[door.chain + 1] - 1] - back)];
    }

    /** The seconds between two doors on one chain. */
    along(from, to) {
      const [one, other] = [this.extraAt(from.chain, from.at), this.extraAt(to.chain, to.at)];
      const extra = to.at >= from.at ? other[0] - one[0] : one[1] - other[1];
      return this.seconds(Math.abs(to.at - from.at) + (from.leg + to.leg)) + extra;
    }
  }

  lifecircle.timing = { Timing };
}
