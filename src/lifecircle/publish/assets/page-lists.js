function singleCells(index) {
  const found = findings[index][state.rule][state.view];
  return [
    verdictCell(kindOf(index, state.rule, state.view)),
    el("td", { class: "number" }, amount(found?.observed, found?.unit)),
    el("td", { class: "number" }, amount(found?.required, found?.unit)),
    el("td", { class: "number" }, people(found?.affected, found?.estimated)),
    el("td", { class: "keep" }, word("confidence", found?.confidence)),
  ];
}

function readingCell(found) {
  if (!found) return el("td", {}, "无结果");
  const lines = [
    `${amount(found.observed, found.unit)}（要求 ${amount(found.required, found.unit)}）`,
    `受影响 ${people(found.affected, found.estimated)}`,
    `可信程度 ${word("confidence", found.confidence)}`,
  ];
  return el("td", { class: "keep" }, word("verdict", found.verdict), ...lines.map((line) => el("small", {}, line)));
}

function differenceCells(index) {
  const { walk, circle } = findings[index][state.rule];
  return [verdictCell(kindOf(index, state.rule, "diff")), readingCell(walk), readingCell(circle)];
}

function drawList() {
  const difference = state.view === "diff";
  const titles = difference
    ? ["社区", "对照", "步行", "圆"]
    : ["社区", "结论", "实测", "要求", "受影响人数", "可信程度"];
  const rows = communities.map((_, index) =>
    el("tr", { "data-community": index },
      el("th", { scope: "row" }, link(nameOf(index), () => select(index))),
      ...(difference ? differenceCells(index) : singleCells(index))));
  $("list-table").replaceChildren(headRow(titles), el("tbody", {}, ...rows));
}

function tally(kind) {
  const members = communities.filter((_, index) => kindOf(index, state.rule, state.view) === kind);
  const known = members.map(({ properties }) => properties.people).filter((count) => typeof count === "number");
  const missing = members.length - known.length;
  const about = members.some(({ properties }) => properties.people_estimated) ? "约 " : "";
  const sum = known.length ? `，人口 ${about}${number(known.reduce((a, b) => a + b, 0))} 人` : "";
  const gap = missing ? `，${known.length ? `另 ${missing} 个社区` : ""}人口未知` : "";
  return { count: members.length, text: `${members.length} 个社区${sum}${gap}` };
}

function drawLegend() {
  const kinds = state.view === "diff" ? DIFFERENCES : VERDICTS;
  const items = [...kinds, "none"].map((kind) => [kind, tally(kind)])
    .filter(([kind, { count }]) => kind !== "none" || count)
    .map(([kind, { text }]) =>
      el("li", { "data-kind": kind }, swatch(kind), el("span", {}, kindWord(kind), " ", el("small", {}, text))));
  items.push(el("li", {}, el("span", { class: "dot" }), "设施点"), el("li", {}, el("span", { class: "dash" }), "所选社区的政策圆"));
  $("legend").replaceChildren(...items);
}

/* The clause and the chosen community ------------------------------------- */

function drawClause() {
  const rule = rules[state.rule];
  const tags = [
    el("li", { class: rule.mark }, word("mark", rule.mark)),
    el("li", {}, word("strength", rule.strength)),
    rule.source && rule.source !== "verbatim" ? el("li", { class: "inferred" }, word("source", rule.source)) : null,
    rule.minutes ? el("li", {}, `${number(rule.minutes)} 分钟`) : null,
    rule.due ? el("li", {}, `期限 ${rule.due}`) : null,
  ];
  const reasons = (rule.readings ?? []).map((reason) => el("li", {}, reason));
  $("clause-body").replaceChildren(
    el("h3", {}, rule.title_zh), el("p", { class: "hint", lang: "en" }, rule.title_en ?? ""),
    el("ul", { class: "tags" }, ...tags.filter(Boolean)),
    el("blockquote", {}, rule.quote, el("cite", {}, `出处：${rule.where}`)),
    ...(reasons.length ? [el("p", {}, "解读说明："), el("ul", { class: "reasons" }, ...reasons)] : []));
}

function ruleHead(index, span) {
  const choose = link(rules[index].title_zh, () => change({ rule: index }));
  const marks = rules[index].rests_on;
  return el("th", { scope: "row", rowspan: span }, choose, marks ? el("small", {}, marks) : null);
}

function findingRow(index, reading, found, head) {
  const due = [word("due", found.due), rules[index].due ? el("small", {}, rules[index].due) : null];
  const reasons = found.reasons.map((code) => el("small", {}, word("reason", code)));
  return el("tr", { "data-rule": index }, head,
    el("td", { class: "keep" }, word("reading", reading)),
    verdictCell(known(found.verdict)),
    el("td", { class: "number" }, amount(found.observed, found.unit)),
    el("td", { class: "number" }, amount(found.required, found.unit)),
    el("td", { class: "number" }, people(found.affected, found.estimated)),
    el("td", { class: "say" }, found.evidence ?? "—"),
    el("td", { class: "why" }, word("confidence", found.confidence), ...reasons),
    el("td", { class: "keep" }, ...due.filter(Boolean)));
}

function detailRows(community) {
  return rules.flatMap((_, index) => {
    const pairs = Object.entries(findings[community][index]);
    return pairs.map(([reading, found], place) =>
      findingRow(index, reading, found, place ? null : ruleHead(index, pairs.length)));
  });
}

function drawDetail() {
  if (state.community === null) {
    $("detail-heading").textContent = "所选社区";
    $("detail-body").replaceChildren(el("p", {}, "尚未选择社区。请在地图上点选，或在社区列表中按社区名称。"));
    return;
  }
  const { properties } = communities[state.community];
  const table = el("table", {},
    headRow(["规则", "读法", "结论", "实测", "要求", "受影响人数", "依据", "可信程度与原因", "期限"]),
    el("tbody", {}, ...detailRows(state.community)));
  $("detail-heading").textContent = `所选社区：${nameOf(state.community)}`;
  $("detail-body").replaceChildren(
    el("p", {}, `人口：${people(properties.people, properties.people_estimated)}${typeof properties.people === "number" ? " 人" : ""}。${properties.people_basis ?? ""}`),
    el("div", { class: "wide tall", role: "region", "aria-label": "所选社区的全部结果（可滚动）", tabindex: "0" }, table));
}

function drawStatus() {
  if (state.community === null) return $("status").replaceChildren("尚未选择社区。");
  const found = findings[state.community][state.rule]?.[state.view];
  const figures = found ? `，实测 ${amount(found.observed, found.unit)}，要求 ${amount(found.required, found.unit)}` : "";
  const kind = kindWord(kindOf(state.community, state.rule, state.view));
  return $("status").replaceChildren(`已选 ${nameOf(state.community)}：${kind}${figures}。`, el("a", { href: "#detail" }, "查看该社区全部结果"));
}

/* The city and the matrix ------------------------------------------------- */

function cityRow([rule, reading, verdict, ...rest], head, judged) {
  const counts = rest.slice(0, 4).map((count) => el("td", { class: "number" }, number(count)));
  return el("tr", { "data-rule": rule }, head, el("td", { class: "keep" }, word("reading", reading)),
    judged ? verdictCell(known(verdict)) : null, ...counts, el("td", { class: "say" }, rest[4] ?? "—"));
}

function drawCity() {
  const judged = data.city.some((row) => row[2]);
  const rows = rules.flatMap((_, rule) => {
    const entries = data.city.filter((row) => row[0] === rule);
    return entries.map((row, place) => cityRow(row, place ? null : ruleHead(rule, entries.length), judged));
  });
  const titles = ["规则", "读法", ...(judged ? ["全市结论"] : []), ...VERDICTS.map(kindWord), "依据"];
  $("city-table").replaceChildren(headRow(titles), el("tbody", {}, ...rows));
}

function sumOf(rows, place) {
  const counts = rows.map((row) => row[place]).filter((count) => typeof count === "number");
  return counts.length ? `${number(counts.reduce((a, b) => a + b, 0))} 人` : "人数未知";
}

function drawApart() {
  const rows = (data.differences ?? []).filter((row) => row[1] === state.rule);
  $("apart").hidden = !rows.length;
  $("apart-heading").textContent = `圆与步行对照：${rules[state.rule].title_zh}`;
  const [inside, walked] = [2, 3].map((place) => rows.filter((row) => row[place] !== null));
  const said = [[inside, 2, "在圆内而按时走不到"], [walked, 3, "在圆外而按时走得到"]]
    .filter(([some]) => some.length)
    .map(([some, place, what]) => `${what}：${some.length} 个社区，${sumOf(some, place)}`);
  $("apart-sum").textContent = said.join("；");
  $("apart-table").replaceChildren(
    headRow(["社区", "圆内而走不到的人数", "圆外而走得到的人数", "占社区人口", "原因", "最远的一处"]),
    el("tbody", {}, ...rows.map(([community, , circleOnly, walkOnly, share, why, between]) => {
      const about = communities[community].properties.people_estimated;
      return el("tr", { "data-community": community },
        el("th", { scope: "row" }, link(nameOf(community), () => select(community))),
        el("td", { class: "number" }, circleOnly === null ? "—" : people(circleOnly, about)),
        el("td", { class: "number" }, walkOnly === null ? "—" : people(walkOnly, about)),
        el("td", {}, share), el("td", { class: "say" }, why || "—"), el("td", { class: "say" }, between || "—"));
    })));
}

function drawAreas() {
  const rows = (data.areas ?? []).filter((row) => row[0] === state.rule);
  $("areas").hidden = !rows.length;
  $("areas-heading").textContent = `分区汇总：${rules[state.rule].title_zh}`;
  $("areas-table").replaceChildren(
    headRow(["分法", "对象", "读法", ...VERDICTS.map(kindWord), "依据"]),
    el("tbody", {}, ...rows.map(([, reading, tree, level, name, ...rest]) => {
      const counts = rest.slice(0, 4).map((count) => el("td", { class: "number" }, number(count)));
      return el("tr", {}, el("td", { class: "keep" }, level || tree), el("th", { scope: "row" }, name),
        el("td", { class: "keep" }, word("reading", reading)), ...counts, el("td", { class: "say" }, rest[4]));
    })));
}

/* Wider areas, things, and rules without data ------------------------------ */

function widerRow([level, name, title, reading, verdict, observed, required, affected, evidence, confidence, reasons, due, estimated]) {
  const why = (reasons ?? []).map((code) => el("small", {}, word("reason", code)));
  return el("tr", {}, el("td", { class: "keep" }, level), el("th", { scope: "row" }, name), el("td", {}, title),
    el("td", { class: "keep" }, word("reading", reading)), verdictCell(known(verdict)),
    el("td", { class: "number" }, amount(observed)), el("td", { class: "number" }, amount(required)),
    el("td", { class: "number" }, people(affected, estimated)), el("td", { class: "say" }, evidence),
    el("td", { class: "why" }, word("confidence", confidence), ...why), el("td", { class: "keep" }, word("due", due)));
}

function thingRow([level, title, reading, ...rest]) {
  const counts = rest.slice(0, 4).map((count) => el("td", { class: "number" }, number(count)));
  return el("tr", {}, el("td", { class: "keep" }, level), el("th", { scope: "row" }, title),
    el("td", { class: "keep" }, word("reading", reading)), ...counts, el("td", { class: "say" }, rest[4]));
}

const silentRow = ([level, title, where]) =>
  el("tr", {}, el("td", { class: "keep" }, level), el("th", { scope: "row" }, title), el("td", {}, where));

function drawRest() {
  const tables = {
    wider: [widerRow, ["级别", "对象", "规则", "读法", "结论", "实测", "要求", "受影响人数", "依据", "可信程度与原因", "期限"]],
    things: [thingRow, ["级别", "规则", "读法", ...VERDICTS.map(kindWord), "依据"]],
    silent: [silentRow, ["级别", "规则", "条文"]],
  };
  for (const [name, [row, titles]] of Object.entries(tables)) {
    const rows = data[name] ?? [];
    $(name).hidden = !rows.length;
    $(`${name}-table`).replaceChildren(headRow(titles), el("tbody", {}, ...rows.map(row)));
  }
}

let matrixView = null;

function matrixRow(index) {
  const cells = rules.map((_, place) => {
    const kind = kindOf(index, place, state.view);
    return el("td", { "data-cell": kind, "data-rule": place }, SIGNS[kind] ?? "");
  });
  return el("tr", { "data-community": index }, el("th", { scope: "row" }, link(nameOf(index), () => select(index))), ...cells);
}

// A title on each of ten thousand cells is slow to build; one is made where the pointer is.
function nameCell({ target }) {
  if (!target.dataset.cell) return;
  const community = Number(target.parentNode.dataset.community);
  target.title = [nameOf(community), rules[target.dataset.rule].title_zh, kindWord(target.dataset.cell)].join(" | ");
}

// Ten thousand cells are made only when somebody opens the matrix.
function drawMatrix() {
  if (!$("matrix").open || matrixView === state.view) return;
  matrixView = state.view;
  const heads = rules.map((rule, index) =>
    el("th", { scope: "col", "data-rule": index }, link(rule.title_zh, () => change({ rule: index }), { title: rule.title_zh })));
  const kinds = state.view === "diff" ? DIFFERENCES : VERDICTS;
  $("matrix-key").textContent = `视图：${viewWord(state.view)}。${kinds.map((kind) => `${SIGNS[kind]}：${kindWord(kind)}`).join("；")}；空白为该规则无此读法或无结果。`;
  $("matrix-table").replaceChildren(
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "社区"), ...heads)),
    el("tbody", {}, ...communities.map((_, index) => matrixRow(index))));
  highlight();
}

/* Choosing ---------------------------------------------------------------- */

function highlight() {
  for (const row of document.querySelectorAll("tr[data-community]")) {
    const on = Number(row.dataset.community) === state.community;
    row.classList.toggle("on", on);
    if (on) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  for (const row of document.querySelectorAll("tr[data-rule]")) row.classList.toggle("on", Number(row.dataset.rule) === state.rule);
  for (const cell of document.querySelectorAll("#matrix-table [data-rule]")) cell.classList.toggle("on-rule", Number(cell.dataset.rule) === state.rule);
}

function revealRow() {
  const box = $("list-scroll");
  const row = box.querySelector("tr.on");
  if (!row) return;
  const top = row.offsetTop - box.querySelector("thead").offsetHeight;
  if (top < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top;
}

function drawControls() {
  const allowed = viewsOf(rules[state.rule]);
  $("rule").value = String(state.rule);
  for (const radio of document.querySelectorAll("input[name=view]")) {
    radio.disabled = !allowed.includes(radio.value);
    radio.checked = radio.value === state.view;
  }
}

function change(wanted) {
  Object.assign(state, wanted);
  const allowed = viewsOf(rules[state.rule]);
  if (allowed.length && !allowed.includes(state.view)) state.view = allowed[0];
  $("heading").textContent = `${rules[state.rule].title_zh} · ${viewWord(state.view)}`;
  for (const draw of [drawControls, drawList, drawLegend, drawClause, drawApart, drawAreas, drawStatus, drawMatrix, highlight, revealRow]) draw();
  api.paint?.();
}

function select(index) {
  state.community = index;
  for (const draw of [drawDetail, drawStatus, highlight, revealRow]) draw();
  api.mark?.();
}

function fillRules() {
  const groups = new Map();
  rules.forEach((rule, index) => {
    if (!groups.has(rule.group)) groups.set(rule.group, el("optgroup", { label: rule.group }));
    groups.get(rule.group).append(el("option", { value: index }, rule.title_zh));
  });
  $("rule").replaceChildren(...groups.values());
  $("rule").addEventListener("change", (event) => change({ rule: Number(event.target.value) }));
}

function listen() {
  for (const radio of document.querySelectorAll("input[name=view]")) {
    radio.addEventListener("change", () => change({ view: radio.value }));
    if (radio.value !== "diff") $(`word-${radio.value}`).textContent = viewWord(radio.value);
  }
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("facilities").addEventListener("change", (event) => {
    state.facilities = event.target.checked;
    api.mark?.();
  });
  $("matrix").addEventListener("toggle", drawMatrix);
  $("matrix-table").addEventListener("pointerover", nameCell);
}

/* The map ----------------------------------------------------------------- */
