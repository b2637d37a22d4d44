"use strict";
/* 待核, 推定, 模拟数据, 未评估, 名录不全: each has its word and its own pattern. */
{
  const { el } = lifecircle.base;
  const mark = (name) => el("span", { class: "mark", "data-mark": name }, name);
  /** The marks of a rule, or of a part of it, that it rests on. */
  const marksOf = (rule) => rule.rests_on.split("、").filter(Boolean).map(mark);
  lifecircle.marks = { mark, marksOf };
}
