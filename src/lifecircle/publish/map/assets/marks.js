"use strict";
/* 待核, 推定, 模拟数据, 未评估, 名录不全: each has its word and its own pattern. */
{
  const { el } = lifecircle.base;
  const mark = (name) => el("span", { class: "mark", "data-mark": name }, name);
  const marksOf = (rule) => [
    rule.source && rule.source !== "verbatim" ? mark("待核") : null,
    rule.mark === "inferred" ? mark("推定") : null,
  ].filter(Boolean);
  lifecircle.marks = { mark, marksOf };
}
