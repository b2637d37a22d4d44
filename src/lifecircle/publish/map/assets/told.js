"use strict";
/* Facilities, communities and homes as tables of rows, and how each is said. */
{
  const { data, city, number } = lifecircle.base;
  const { summed, metres } = lifecircle.packed;

  const communities = data.communities.id.map((id, row) => {
    const { name, township, people, note, basis, estimated, pinyin, outline } = data.communities;
    return {
      row, id, name: name[row] || id, township: township[row], people: people[row], note: note[row], basis: basis[row],
      estimated: estimated[row], pinyin: pinyin[row], outline: outline[row],
    };
  });
  [metres(summed(data.communities.x)), metres(summed(data.communities.y))]
    .forEach((axis, at) => axis.forEach((one, row) => { communities[row]["xy"[at]] = one; }));

  const facilities = new Array(city.facilities);
  for (const [source, table] of [["office", data.facilities], ["osm", data["facilities-osm"]]]) {
    if (!table) continue;
    const [row, community, x, y] = [table.row, table.community, table.x, table.y].map(summed);
    row.forEach((own, at) => {
      facilities[own] = {
        row: own, source, id: table.id[at], kinds: table.kinds[at], pinyin: table.pinyin[at],
        name: table.name[at] || `（无名称的${city.kinds[table.kinds[at][0]].name}）`,
        community: community[at], hours: table.hours_words[table.hours[at]], open: table.open[table.hours[at]],
        address: table.address[at], hotline: table.hotline[at], closed: table.closed[at],
        placed: Boolean(table.placed[at]), x: x[at] / 1000, y: y[at] / 1000,
      };
    });
  }

  const kindsOf = ({ kinds }) => kinds.map((kind) => city.kinds[kind].name).join("、");
  const communityOf = ({ community }) => communities[community]?.name ?? "—";
  /** Say how many persons there are, told as the two ends of a span. */
  function peopleOf(span, estimated) {
    if (!span) return "未知";
    const [least, most] = span;
    const said = most === null ? `至少${number(least)}人` : `${number(least)}至${number(most)}人`;
    return estimated ? `约${said}（估计）` : said;
  }
  const metresOf = (length) => `${number(Math.round(length))}米`;
  const minutesOf = (seconds) => (Number.isFinite(seconds) ? `${(seconds / 60).toFixed(1)}分钟` : "一小时内走不到");

  const CLASSES = [
    { id: "5", name: "5分钟内", most_s: 300 },
    { id: "10", name: "5至10分钟", most_s: 600 },
    { id: "15", name: "10至15分钟", most_s: 900 },
    { id: "far", name: "15分钟以外", most_s: Infinity },
  ];
  /** The class of a walking time; a time at the limit is within it, as the engine has it. */
  const classOf = (seconds) => CLASSES.find(({ most_s }) => seconds <= most_s + 1e-6);

  const DAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
  /** Say whether hours on record hold a minute of a day (0 is Monday); null where nobody can tell. */
  function openAt({ open }, day, minute) {
    if (!open.length) return null;
    const on = (days, which) => (days >> ((which + 7) % 7)) & 1;
    return open.some(([days, begin, end]) => (begin < end ? on(days, day) && begin <= minute && minute < end
      : (on(days, day) && minute >= begin) || (on(days, day - 1) && minute < end)));
  }

  lifecircle.told = {
    communities, facilities, kindsOf, communityOf, peopleOf, metresOf, minutesOf, CLASSES, classOf, DAYS, openAt,
  };
}
