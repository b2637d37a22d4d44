"use strict";
/* The view of communities: by verdict and rule, by circle against walk, by how many gaps. */
{
  const { city, $, el, word, number, state, on, change, say } = lifecircle.base;
  const { communities, peopleOf } = lifecircle.told;
  const { fill, link } = lifecircle.tables;
  const { mark, marksOf } = lifecircle.marks;
  const { swatch } = lifecircle.patterns;
  const { findingsOf, readingWord, kindWord, VERDICTS, DIFFERENCES } = lifecircle.findings;
  const GAPS = "gaps";
  const GAP_CLASSES = [["gaps0", 0, "没有未达标"], ["gaps1", 2, "1至2条未达标"], ["gaps2", 5, "3至5条未达标"], ["gaps3", Infinity, "6条以上未达标"]];
  const gapClass = (count) => GAP_CLASSES.find(([, most]) => count <= most);

  let findings = null;

  /* Where nothing could be judged there are no gaps to be counted: unknown is not absent. */
  function gapsOf(row) {
    const tally = findings.tally(row);
    const judged = tally.met.length + tally["not met"].length;
    return { gaps: tally["not met"], open: tally["not assessed"].length, kind: judged ? gapClass(tally["not met"].length)[0] : "not assessed" };
  }

  const kindOf = (row) => (state.rule === GAPS ? gapsOf(row).kind : findings.kind(row, state.rule, state.reading));
  const wordOf = (kind) => GAP_CLASSES.find(([id]) => id === kind)?.[2] ?? kindWord(kind);
  const verdict = (kind) => [swatch(kind), kind === "not assessed" ? mark("未评估") : wordOf(kind)];

  function choices() {
    const groups = new Map([["全部", [el("option", { value: GAPS }, "缺口：未达标的条数")]]]);
    findings.rules.forEach((rule, at) => {
      if (!groups.has(rule.group)) groups.set(rule.group, []);
      groups.get(rule.group).push(el("option", { value: at }, rule.title_zh));
    });
    $("rule").replaceChildren(...[...groups].map(([label, options]) => el("optgroup", { label }, options)));
    $("rule").value = String(state.rule);
  }

  function readings() {
    const kept = state.rule === GAPS ? [] : findings.readings(state.rule);
    $("readings").hidden = kept.length < 2;
    $("readings").replaceChildren(el("legend", {}, "读法"), ...kept.map((reading) =>
      el("label", {}, el("input", { type: "radio", name: "reading", value: reading, checked: reading === state.reading ? "" : null,
        onchange: () => change({ reading }) }), readingWord(reading))));
  }

  async function open(pack) {
    findings = await findingsOf(pack);
    change({ pack, rule: findings.rules.length ? findings.opening : GAPS, reading: null });
    choices();
    settle();
  }

  function settle() {
    const kept = state.rule === GAPS ? [] : findings.readings(state.rule);
    if (!kept.includes(state.reading)) change({ reading: kept[0] ?? null });
    readings();
    draw();
  }

  function cellsOf({ row, name }) {
    const choose = link(name, () => change({ community: row }));
    if (state.rule === GAPS) {
      const { gaps, open, kind } = gapsOf(row);
      return [choose, verdict(kind), [number(gaps.length), open ? el("small", {}, `另有${number(open)}条未评估`) : null],
        gaps.map((rule) => findings.rules[rule].title_zh).join("；") || "—"];
    }
    const found = findings.of(row, state.rule);
    if (state.reading === "diff") {
      const said = (one) => (one ? [word("verdict", one.verdict), el("small", {}, one.observed)] : "—");
      return [choose, verdict(kindOf(row)), said(found.walk), said(found.circle), apart(row)];
    }
    const own = found[state.reading];
    return [choose, verdict(kindOf(row)), own?.observed || "—", own?.required || "—",
      affectedOf(own, row), word("confidence", own?.confidence)];
  }

  function apart(row) {
    const own = (findings.differences ?? []).find(([community, rule]) => community === row && rule === state.rule);
    return own ? [own[2], el("small", {}, own[3])] : "—";
  }

  /* Only a rule that is not met hits people. */
  const affectedOf = (found, row) => (found?.verdict === "not met"
    ? el("span", { class: "count" }, peopleOf(found.affected, communities[row].estimated)) : "—");

  const TITLES = {
    gaps: ["社区", "缺口", "条数", "未达标的规则"], diff: ["社区", "对照", "步行", "圆", "差在哪里"],
    one: ["社区", "结论", "实测", "要求", "受影响的人", "可信程度"],
  };

  function legend() {
    const order = state.rule === GAPS ? [...GAP_CLASSES.map(([id]) => id), "not assessed"] : state.reading === "diff" ? DIFFERENCES : [...VERDICTS, "none"];
    const kinds = communities.map(({ row }) => kindOf(row));
    $("legend").replaceChildren(...order.map((kind) => {
      const count = kinds.filter((one) => one === kind).length;
      return count || kind !== "none" ? el("li", {}, swatch(kind), `${wordOf(kind)}：${number(count)}个社区`) : "";
    }).filter(Boolean));
  }

  async function draw() {
    if (state.view !== "communities") return;
    if (!findings) return void open(0);
    const rule = findings.rules[state.rule];
    const title = state.rule === GAPS ? "缺口：未达标的条数" : `${rule.title_zh}（${readingWord(state.reading)}）`;
    $("heading").textContent = `社区评估：${title}`;
    lifecircle.layers.fills.of = (row) => kindOf(row);
    lifecircle.layers.fills.word = (row) => wordOf(kindOf(row));
    lifecircle.layers.showView();
    legend();
    const titles = TITLES[state.rule === GAPS ? "gaps" : state.reading === "diff" ? "diff" : "one"];
    fill($("communities-list"), title, titles, communities,
      (own) => ({ attributes: { "data-community": own.row }, cells: cellsOf(own) }));
    say(rule ? "" : "一条规则有几种读法时，缺口按步行计；未评估的规则不算缺口，也不算达标。");
    if (typeof state.community === "number") detail();
    else if (rule) lifecircle.detail.put("条文", clause(rule));
  }

  function clause(rule) {
    return el("div", {}, el("p", {}, marksOf(rule)),
      el("blockquote", {}, rule.quote, el("cite", {}, `出处：${rule.where}`)),
      ...(rule.readings ?? []).map((one) => el("p", {}, `解读：${one}`)));
  }

  function detail() {
    const { row, name, people, note, basis, estimated } = communities[state.community];
    const place = el("div");
    const rows = findings.rules.flatMap((rule, at) => Object.entries(findings.of(row, at)).map(([reading, found]) => ({ rule, reading, found })));
    fill(place, `${name}的全部结果`, ["规则", "读法", "结论", "实测", "要求", "受影响的人", "依据"], rows, ({ rule, reading, found }) => ({ cells: [
      [rule.title_zh, marksOf(rule)], word("reading", reading), verdict(found.verdict), found.observed || "—", found.required || "—",
      affectedOf(found, row),
      [found.evidence || "—", ...found.reasons.map((code) => el("small", {}, word("reason", code)))],
    ] }));
    const against = el("div", { id: "circle" });
    lifecircle.detail.put(name, el("p", {}, `人口：${peopleOf(people, estimated)}${note && note !== "人数未知" ? `（${note}）` : ""}。${basis ?? ""}`), against, place);
    const minutes = findings.rules[state.rule]?.minutes ?? findings.circle?.minutes[0];
    if (findings.circle?.minutes.includes(minutes)) lifecircle.circle.show(findings.circle, row, minutes, against);
    else lifecircle.circle.clear();
  }

  if (city.packs.length) {
    $("pack").replaceChildren(...city.packs.map(({ title }, at) => el("option", { value: at }, title)));
    $("pack-choice").hidden = city.packs.length < 2;
    $("pack").addEventListener("change", (event) => open(Number(event.target.value)));
    $("rule").addEventListener("change", (event) => {
      change({ rule: event.target.value === GAPS ? GAPS : Number(event.target.value), community: null });
      lifecircle.circle.clear();
      settle();
    });
    lifecircle.layers.clicked.communities = ({ hits }) => {
      const hit = hits.find(({ layer }) => layer.id === "areas");
      if (hit) change({ community: hit.properties.row });
    };
    on(["view", "reading"], draw);
    on(["community"], () => { if (findings && state.view === "communities" && typeof state.community === "number") detail(); });
    on(["view"], () => {
      if (state.view === "communities") return;
      lifecircle.circle.clear();
      lifecircle.layers.fills.of = () => "plain";
      lifecircle.layers.fills.word = () => "";
      lifecircle.layers.showView();
    });
  }
  lifecircle.communities = { name: city.packs.length ? "社区评估" : "", draw };
}
