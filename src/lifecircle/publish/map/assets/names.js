"use strict";
/* Finds communities, estates and facilities by a part of their name or by its pinyin. */
{
  const { part } = lifecircle.base;
  const { communities, facilities } = lifecircle.told;
  const MOST = 12;
  const WORDS = { community: "社区", home: "小区", facility: "设施" };

  let known = null;
  async function all() {
    if (known) return known;
    const homes = await part("homes");
    const rows = [
      ...communities.map(({ row, name, pinyin }) => ["community", row, name, pinyin]),
      ...homes.name.map((name, row) => ["home", row, name, homes.pinyin[row]]).filter(([, , name]) => name),
      ...facilities.filter(({ placed }) => placed).map(({ row, name, pinyin }) => ["facility", row, name, pinyin]),
    ];
    known = rows.map(([type, row, name, pinyin]) => {
      const syllables = pinyin.split(" ");
      // the digits of a name are typed as they are: 春晖1号院 is ch1hy and chunhui1haoyuan
      const initials = syllables.map((one) => (/^\d/.test(one) ? one : one[0] ?? "")).join("");
      return { type, row, name, folded: fold(name), initials, whole: syllables.join("") };
    });
    return known;
  }

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s'·]/g, "");

  function rank({ folded, initials, whole }, wanted) {
    const places = [[folded, 0], [initials, 10], [whole, 20]];
    return Math.min(...places.map(([text, base]) => {
      const at = text.indexOf(wanted);
      return at < 0 ? Infinity : base + (text === wanted ? 0 : at === 0 ? 1 : 5);
    }));
  }

  /** Return the best matches of what somebody types: {type, row, name, what}, at most a dozen. */
  async function find(text) {
    const wanted = fold(text);
    if (!wanted) return [];
    const ranked = (await all()).map((one) => ({ one, rank: rank(one, wanted) })).filter(({ rank: r }) => r < Infinity);
    const order = Object.keys(WORDS);
    ranked.sort((a, b) => a.rank - b.rank || order.indexOf(a.one.type) - order.indexOf(b.one.type)
      || a.one.name.length - b.one.name.length || a.one.row - b.one.row);
    return ranked.slice(0, MOST).map(({ one }) => ({ ...one, what: WORDS[one.type] }));
  }

  lifecircle.names = { find };
}
