"use strict";
/* Walks of one walker over the city: what is nearest from a door, how far every home has it. */
{
  const { city, part, breathe } = lifecircle.base;
  const { summed, metres } = lifecircle.packed;
  const { ticks, secondsOf, arcTicks, spread } = lifecircle.search;
  const { alongChain, throughJunctions } = lifecircle.ways;
  const SAME_TIME_S = 1e-6;
  const AT_ONCE = 32;

  const pointsOf = ({ of, x, y }) => ({ of: summed(of), x: metres(summed(x)), y: metres(summed(y)) });
  const lanes = city.lanes.map(summed);

  class Walks {
    constructor(network, barriers, walker) {
      this.network = network;
      this.timing = new lifecircle.timing.Timing(network, walker);
      this.snapper = new lifecircle.snap.Snapper(this.timing, barriers);
      this.cost = arcTicks(this.timing);
      this.limit = ticks(city.farthest_s + SAME_TIME_S);
      this.kept = {};
    }

    /** The doors of all facilities, each with the city's `row` of its facility. */
    async facilityDoors() {
      const tables = [lifecircle.base.data.facilities, lifecircle.base.data["facilities-osm"]].filter(Boolean);
      return (this.kept.facilities ??= this.doors(tables.map((table) => {
        const { of, x, y } = pointsOf(table.doors);
        const row = summed(table.row);
        return { of: of.map((one) => row[one]), x, y };
      })));
    }

    /** The doors of all homes: their open gates, or where they stand when they have none. */
    async homeDoors() {
      const homes = await part("homes");
      return (this.kept.homes ??= this.doors([this.homePoints(homes)]));
    }

    homePoints(homes) {
      const [x, y] = [metres(summed(homes.x)), metres(summed(homes.y))];
      const gates = pointsOf(homes.gates);
      const gated = new Set([...gates.of, ...summed(homes.shut)]);
      const bare = [...x.keys()].filter((home) => !gated.has(home));
      const inside = Array.from(gates.of, (home, at) => {
        const [dx, dy] = [gates.x[at] - x[home], gates.y[at] - y[home]];
        return Math.sqrt(dx * dx + dy * dy);
      });
      return {
        of: [...gates.of, ...bare],
        x: [...gates.x, ...bare.map((home) => x[home])],
        y: [...gates.y, ...bare.map((home) => y[home])],
        before: inside,
      };
    }

    async doors(tables) {
      const doors = [];
      for (const { of, x, y, before } of tables) {
        for (let at = 0; at < of.length; at += 1) {
          const door = this.door(x[at], y[at], before?.[at] ?? 0);
          if (door) doors.push({ ...door, row: of[at] });
          if (at % AT_ONCE === 0) await breathe();
        }
      }
      return doors;
    }

    /** The door of a point in plane metres, after `before` metres already walked to it. */
    door(x, y, before = 0) {
      const door = this.snapper.snap(x, y);
      return door && { ...door, leg: door.leg + before };
    }

    /** What there is from some doors: quickest ticks to everywhere, and to every facility. */
    async from(doors) {
      const { network, timing } = this;
      const seeds = doors.flatMap((door) => this.seeds(door, timing.toEnds(door)));
      const found = spread(network, this.cost, seeds, this.limit);
      const best = new Map();
      for (const to of await this.facilityDoors()) {
        const [begin, end] = timing.fromEnds(to).map(ticks);
        const offers = [
          [found.reached[network.from[to.chain]] + begin, { to, end: 0 }],
          [found.reached[network.to[to.chain]] + end, { to, end: 1 }],
        ];
        for (const from of doors) {
          if (from.chain === to.chain) offers.push([ticks(timing.along(from, to)), { to, from }]);
        }
        for (const [count, way] of offers) {
          if (count <= this.limit && !(count >= best.get(to.row)?.count)) best.set(to.row, { count, way });
        }
      }
      return new Reached(this, doors, found, best);
    }

    seeds(door, ends) {
      const { from, to } = this.network;
      const counts = ends.map(ticks);
      return [[from[door.chain], counts[0]], [to[door.chain], counts[1]]];
    }

    /** The seconds from every home to the nearest of a kind, infinite beyond an hour. */
    async homesTo(kind) {
      const { network, timing } = this;
      const wanted = new Set(lanes[kind]);
      const goals = (await this.facilityDoors()).filter(({ row }) => wanted.has(row));
      const seeds = goals.flatMap((door) => this.seeds(door, timing.fromEnds(door)));
      const { reached } = spread(network, this.cost, seeds, this.limit, true);
      const beside = Map.groupBy ? Map.groupBy(goals, ({ chain }) => chain) : grouped(goals);
      const doors = await this.homeDoors();
      const { x } = await part("homes");
      const best = new Float64Array(summed(x).length).fill(Infinity);
      for (const door of doors) {
        const [begin, end] = timing.toEnds(door).map(ticks);
        let least = Math.min(reached[network.from[door.chain]] + begin, reached[network.to[door.chain]] + end);
        for (const goal of beside.get(door.chain) ?? []) least = Math.min(least, ticks(timing.along(door, goal)));
        if (least <= this.limit) best[door.row] = Math.min(best[door.row], least);
      }
      await breathe();
      return best.map(secondsOf);
    }
  }

  function grouped(goals) {
    const found = new Map();
    for (const goal of goals) found.set(goal.chain, [...(found.get(goal.chain) ?? []), goal]);
    return found;
  }

  /* What one origin reaches. */
  class Reached {
    constructor(walks, doors, found, best) { Object.assign(this, { walks, doors, found, best }); }

    /** For each kind the nearest facility that counts, the smallest row among equally near ones. */
    nearest() {
      return lanes.map((rows, kind) => {
        let nearest = null;
        for (const row of rows) {
          const count = this.best.get(row)?.count;
          if (count !== undefined && !(count >= nearest?.count)) nearest = { kind, row, count };
        }
        return nearest && { ...nearest, seconds: secondsOf(nearest.count) };
      });
    }

    /** The way {metres, line} to a facility that is reached. */
    way(row) {
      const { walks: { network, timing }, doors, found } = this;
      const { to, from, end } = this.best.get(row).way;
      if (from) return alongChain(network, from, to);
      return throughJunctions(network, timing, found.before, doors, to, end);
    }
  }

  async function decoded() {
    const told = await part("network");
    const { size, x, y } = told.barriers;
    return {
      ways: await lifecircle.network.decode(told),
      barriers: { size: lifecircle.packed.unpack(size), x: metres(summed(x)), y: metres(summed(y)) },
    };
  }

  let network = null;
  /** The streets and barriers, decoded once. */
  const streets = () => (network ??= decoded());

  const made = new Map();
  /** The walks of a walker (its place in the city's list), made once. */
  async function walksOf(walker) {
    const { ways, barriers } = await streets();
    if (!made.has(walker)) made.set(walker, new Walks(ways, barriers, city.walkers[walker]));
    return made.get(walker);
  }

  lifecircle.walks = { streets, walksOf, lanes, SAME_TIME_S };
}
