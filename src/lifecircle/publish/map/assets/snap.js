"use strict";
/* Puts a point onto the network: the nearest straight piece on its own side, and the leg there. */
{
  const CELL_M = 120;

  /* Squares of the plane with what passes through each; asked in growing rings around a point. */
  class Squares {
    constructor() { this.cells = new Map(); this.reach = 0; }
    key(column, row) { return (column + 40000) * 100000 + row + 40000; }
    add(item, x0, y0, x1, y1) {
      const [west, east] = [Math.min(x0, x1), Math.max(x0, x1)].map((x) => Math.floor(x / CELL_M));
      const [south, north] = [Math.min(y0, y1), Math.max(y0, y1)].map((y) => Math.floor(y / CELL_M));
      for (let column = west; column <= east; column += 1) {
        for (let row = south; row <= north; row += 1) {
          const key = this.key(column, row);
          if (!this.cells.has(key)) this.cells.set(key, []);
          this.cells.get(key).push(item);
        }
      }
      this.reach = Math.max(this.reach, Math.abs(west), Math.abs(east), Math.abs(south), Math.abs(north));
    }
    /** Call `visit` with the items of the ring of squares so many squares away. */
    ring(x, y, away, visit) {
      const [column, row] = [Math.floor(x / CELL_M), Math.floor(y / CELL_M)];
      for (let dx = -away; dx <= away; dx += 1) {
        const step = Math.abs(dx) === away ? 1 : Math.max(2 * away, 1);
        for (let dy = -away; dy <= away; dy += step) {
          for (const item of this.cells.get(this.key(column + dx, row + dy)) ?? []) visit(item);
        }
      }
    }
    within(x0, y0, x1, y1, visit) {
      const [west, east] = [Math.min(x0, x1), Math.max(x0, x1)].map((x) => Math.floor(x / CELL_M));
      const [south, north] = [Math.min(y0, y1), Math.max(y0, y1)].map((y) => Math.floor(y / CELL_M));
      for (let column = west; column <= east; column += 1) {
        for (let row = south; row <= north; row += 1) (this.cells.get(this.key(column, row)) ?? []).forEach(visit);
      }
    }
  }

  const turn = (ax, ay, bx, by, cx, cy) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

  class Snapper {
    /** Index the pieces a door may stand on; `barriers` are {x, y, size} of lines in metres. */
    constructor(timing, barriers) {
      this.timing = timing;
      this.network = timing.network;
      this.pieces = new Squares();
      this.walls = new Squares();
      this.barriers = barriers;
      const { network } = this;
      for (let chain = 0; chain < network.chains; chain += 1) {
        if (!network.linked[chain]) continue;
        for (let at = network.start[chain]; at < network.start[chain + 1] - 1; at += 1) {
          if (this.open(at)) this.pieces.add([at, chain], network.x[at], network.y[at], network.x[at + 1], network.y[at + 1]);
        }
      }
      let begin = 0;
      for (const size of barriers.size) {
        for (let at = begin; at < begin + size - 1; at += 1) {
          this.walls.add(at, barriers.x[at], barriers.y[at], barriers.x[at + 1], barriers.y[at + 1]);
        }
        begin += size;
      }
    }

    open(at) {
      const { network: { rules, passage, at: along }, timing } = this;
      const across = rules.across.includes(passage[at]) && along[at + 1] - along[at] <= rules.longest_crossing_m;
      return !across && !timing.barred[at];
    }

    /** The distance of a point from a piece. */
    away(x, y, at) {
      const { x: xs, y: ys } = this.network;
      const [dx, dy] = [xs[at + 1] - xs[at], ys[at + 1] - ys[at]];
      const square = dx * dx + dy * dy;
      const share = square > 0 ? ((x - xs[at]) * dx + (y - ys[at]) * dy) / square : 0;
      const far = (px, py) => Math.sqrt((x - px) * (x - px) + (y - py) * (y - py));
      if (share <= 0) return far(xs[at], ys[at]);
      if (share >= 1) return far(xs[at + 1], ys[at + 1]);
      return Math.abs(((ys[at] - y) * dx - (xs[at] - x) * dy) / square) * Math.sqrt(square);
    }

    /** Return the door {chain, at, leg} of a point, null where there is no way at all. */
    snap(x, y) {
      const nearest = this.nearest(x, y);
      if (!nearest) return null;
      const own = this.parted(x, y, nearest) ? this.onOwnSide(x, y) : null;
      return this.door(x, y, own ?? nearest);
    }

    /* The nearest piece, the smallest number among equally near ones. */
    nearest(x, y) {
      const far = this.pieces.reach + Math.ceil(Math.max(Math.abs(x), Math.abs(y)) / CELL_M) + 2;
      let least = Infinity;
      let best = null;
      for (let away = 0; away <= far && least > (away - 1) * CELL_M; away += 1) {
        this.pieces.ring(x, y, away, (piece) => {
          const metres = this.away(x, y, piece[0]);
          if (metres < least || (metres === least && piece[0] < best[0])) [least, best] = [metres, piece];
        });
      }
      return best;
    }

    /* The nearest piece that no barrier parts the point from, null where there is none near by. */
    onOwnSide(x, y) {
      const most = this.network.rules.farthest_leg_m;
      const found = new Map();
      for (let away = 0; away * CELL_M <= most + CELL_M; away += 1) {
        this.pieces.ring(x, y, away, (piece) => found.has(piece[0]) || found.set(piece[0], [this.away(x, y, piece[0]), piece]));
      }
      const order = [...found.values()].filter(([metres]) => metres <= most);
      order.sort(([one, [at]], [other, [there]]) => one - other || at - there);
      return order.find(([, piece]) => !this.parted(x, y, piece))?.[1] ?? null;
    }

    /** Say whether the leg to a piece crosses a barrier. */
    parted(x, y, [at]) {
      if (!this.barriers.size.length) return false;
      const { x: xs, y: ys } = this.barriers;
      const [tx, ty] = this.foot(x, y, at).point;
      let crossed = false;
      this.walls.within(x, y, tx, ty, (one) => {
        const wall = [xs[one], ys[one], xs[one + 1], ys[one + 1]];
        const sides = turn(x, y, tx, ty, wall[0], wall[1]) * turn(x, y, tx, ty, wall[2], wall[3]);
        crossed ||= sides <= 0 && turn(...wall, x, y) * turn(...wall, tx, ty) < 0;
      });
      return crossed;
    }

    foot(x, y, at) {
      const { x: xs, y: ys } = this.network;
      const [dx, dy] = [xs[at + 1] - xs[at], ys[at + 1] - ys[at]];
      const square = dx * dx + dy * dy;
      const inner = (x - xs[at]) * dx + (y - ys[at]) * dy;
      const share = Math.min(Math.max(square > 0 ? inner / square : 0, 0), 1);
      return { share, point: [xs[at] + dx * share, ys[at] + dy * share], off: [x - xs[at] - dx * share, y - ys[at] - dy * share] };
    }

    door(x, y, [at, chain]) {
      const { at: along } = this.network;
      const { share, off } = this.foot(x, y, at);
      return {
        chain, at: along[at] + share * (along[at + 1] - along[at]),
        leg: Math.sqrt(off[0] * off[0] + off[1] * off[1]), x, y,
      };
    }
  }

  lifecircle.snap = { Snapper };
}
