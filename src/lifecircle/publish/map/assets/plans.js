"use strict";
/* The view of planned sites: what is to be built where, and when. */
{
  const { city, $, el, number, part, state, on, change, say } = lifecircle.base;
  const { communities } = lifecircle.told;
  const { fill, link } = lifecircle.tables;
  const { mark } = lifecircle.marks;
  const { feature, point, set } = lifecircle.layers;

  const builds = (site) => site.builds.map(({ kind, floor_m2 }) => `${kind}${number(floor_m2)}平方米`).join("、");

  async function draw() {
    if (state.view !== "plans") return;
    const sites = await part("plans");
    const plans = [...new Set(sites.map(({ plan }) => plan))];
    $("plan").replaceChildren(...plans.map((plan) => el("option", { value: plan }, `方案${plan}`)));
    const plan = state.plan ?? plans[0];
    $("plan").value = String(plan ?? "");
    const rows = sites.filter((site) => site.plan === plan);
    $("heading").textContent = "规划项目";
    say(`方案${plan ?? "—"}：${number(rows.length)}处。这是规划，不是已经建成的设施。`);
    set("plans", rows.filter(({ x }) => x !== null).map((site) => feature(point(site.x / 1000, site.y / 1000), { name: site.name, said: builds(site) })));
    $("legend").replaceChildren(el("li", {}, el("span", { class: "dot planned", "aria-hidden": "true" }), "规划点位（没有建成）"));
    fill($("plans-list"), `方案${plan ?? ""}的点位`, ["点位", "社区", "建什么", "方式", "开工", "具备运营条件"], rows, (site) => ({ cells: [
      site.x === null ? [site.name, el("small", {}, "没有坐标")] : link(site.name, () => lifecircle.mapping.show(site.x / 1000, site.y / 1000)),
      communities[site.community].name, [builds(site), ...site.caveats.map((one) => el("small", {}, one))],
      [site.mode, site.assumed ? mark("推定") : null], `${site.start_year}年`, site.ready_on || "未定",
    ] }));
  }

  $("plan").addEventListener("change", (event) => change({ plan: Number(event.target.value) }));
  on(["view", "plan"], draw);
  lifecircle.plans = { name: city.plans ? "规划项目" : "", draw };
}
