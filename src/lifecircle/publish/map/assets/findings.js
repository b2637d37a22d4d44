"use strict";
/* What a pack says of the communities: rules, readings and findings by community and rule. */
{
  const { city, load, data, word } = lifecircle.base;
  const { communities } = lifecircle.told;
  const VERDICTS = ["met", "not met", "not assessed", "not applicable"];
  const DIFFERENCES = {
    "circle-only": "圆达标而步行未达标", "walk-only": "步行达标而圆未达标", same: "一致", incomparable: "无法比较",
  };
  const READINGS = ["walk", "circle", "record"];

  class Findings {
    constructor(told) {
      Object.assign(this, { rules: told.rules, opening: told.opening, differences: told.differences, pack: told.pack, silent: told.silent, circle: told.circle });
      const { findings: table, texts } = told;
      this.table = communities.map(() => told.rules.map(() => ({})));
      table.community.forEach((community, at) => {
        const text = (name) => texts[table[name][at]];
        this.table[community][table.rule[at]][text("reading")] = {
          verdict: text("verdict"), observed: text("observed"), required: text("required"), evidence: text("evidence"),
          confidence: text("confidence"), due: text("due"), affected: table.affected[at],
          reasons: text("reasons") ? text("reasons").split("、") : [],
        };
      });
    }

    of(community, rule) { return this.table[community][rule]; }

    readings(rule) {
      const kept = READINGS.filter((reading) => this.rules[rule].readings_kept.includes(reading));
      return kept.includes("walk") && kept.includes("circle") ? [...kept, "diff"] : kept;
    }

    /** The kind of a community under a rule, read one way: a verdict or how two readings differ. */
    kind(community, rule, reading) {
      const found = this.of(community, rule);
      if (reading !== "diff") return VERDICTS.includes(found[reading]?.verdict) ? found[reading].verdict : "none";
      const pair = [found.circle?.verdict, found.walk?.verdict];
      if (!pair.every((one) => one === "met" || one === "not met")) return "incomparable";
      if (pair[0] === pair[1]) return "same";
      return pair[0] === "met" ? "circle-only" : "walk-only";
    }

    /** What a community has of each verdict: rules by verdict, read on foot where there is such a reading. */
    tally(community) {
      const rules = Object.fromEntries(VERDICTS.map((verdict) => [verdict, []]));
      this.rules.forEach((_, rule) => {
        const found = this.of(community, rule);
        rules[READINGS.map((reading) => found[reading]).find(Boolean)?.verdict]?.push(rule);
      });
      return rules;
    }
  }

  const made = new Map();
  async function findingsOf(pack) {
    const { file } = city.packs[pack];
    await load(file);
    if (!made.has(pack)) made.set(pack, new Findings(data[file.slice("data/".length, -".js".length)]));
    return made.get(pack);
  }

  const readingWord = (reading) => (reading === "diff" ? "圆与步行的差异" : word("reading", reading));
  const kindWord = (kind) => DIFFERENCES[kind] ?? (kind === "none" ? "无结果" : word("verdict", kind));
  lifecircle.findings = { findingsOf, readingWord, kindWord, VERDICTS, DIFFERENCES: Object.keys(DIFFERENCES) };
}
