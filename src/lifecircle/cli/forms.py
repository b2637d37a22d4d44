"""`lifecircle forms`: workbooks for offices to fill in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import click

from lifecircle.place.areas.communities import read_communities
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.plane import Plane
from lifecircle.place.sources import CommunitySource, read_sources
from lifecircle.place.tables import Communities
from lifecircle.publish.folder import check_new, whole_file

LONGEST_STEM = 60
"""Characters; three bytes each of Chinese stay below the 255 of a file name."""

_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
_FILE = click.Path(path_type=Path)


@click.command("forms")
@click.option("--out", type=_FILE, required=True, help="写到哪个 .xlsx；用 --each 时是文件夹。")
@click.option("--city", type=_FILE, help="放着 lifecircle.toml 的文件夹：社区编号和名称预先填好。")
@click.option("--communities", type=_FILE, help="社区边界文件：社区编号和名称预先填好。")
@click.option(
    "--each",
    type=click.Choice(["township", "county"]),
    help="每个街道（township）或区县（county）一本，只填自己的社区。",
)
@click.option("--title", default="", help="表头上的名称，例如 示例区社区服务设施摸底。")
@click.option("--overwrite", is_flag=True, help="替换已有的同名文件。")
def forms_command(
    out: Path,
    city: Path | None,
    communities: Path | None,
    each: str | None,
    title: str,
    *,
    overwrite: bool,
) -> None:
    """写出给各单位填的工作簿：社区、小区、大门、设施、功能摸底、登记值、区划和规划用的表。

    规划用的是空间资源、规划许可、居民需求、配置标准、建设单价、预算，没有的表删掉就行。

    填好以后，在 lifecircle.toml 里写 [[workbooks]]，file 可以带 *，再用 lifecircle check 检查。

    \b
    lifecircle forms --out 资料表.xlsx
    lifecircle forms --city 城市文件夹 --each township --out 各街道
    """
    if each and city is None and communities is None:
        raise click.UsageError("--each 要有社区：加上 --city 或 --communities。")
    areas = None if city is None and communities is None else _communities(city, communities)
    rows = range(len(areas)) if areas is not None else range(0)
    if areas is None or each is None:
        _write(out, areas, list(rows), title, overwrite=overwrite)
        click.echo(f"样表在 {out}")
        return
    groups: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        groups[(areas.township if each == "township" else areas.county)[row] or "未分"].append(row)
    stems: Counter[str] = Counter()
    for name, own in sorted(groups.items()):
        stem = file_stem(name)
        stems[stem] += 1
        file = out / f"{stem}{f'-{stems[stem]}' if stems[stem] > 1 else ''}.xlsx"
        _write(file, areas, own, f"{title or '社区服务设施资料表'} {name}", overwrite=overwrite)
    click.echo(f"{len(groups)}本样表在 {out}")


def file_stem(name: str) -> str:
    """Return a name that is a file name anywhere: no separators, not reserved, not too long."""
    plain = re.sub(r"[^\w（）-]", "_", name)[:LONGEST_STEM]
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain


def _communities(city: Path | None, communities: Path | None) -> Communities:
    if city is not None:
        sources = read_sources(city)
        source, headers = sources.communities, read_headers(sources.headers)
    else:
        assert communities is not None
        source, headers = CommunitySource(file=communities), {}
    vector = read_vector(source.file, source.layer, source.datum, source.crs, form="communities")
    return read_communities(vector, source, Plane.around(vector.geometry), [], headers)[0]


def _write(
    out: Path, areas: Communities | None, rows: list[int], title: str, *, overwrite: bool
) -> None:
    filled: dict[str, list[dict[str, Any]]] = {}
    if areas is not None:
        names = [{"id": areas.id[row], "name": areas.name[row]} for row in rows]
        known = [
            {
                "county": areas.county[row],
                "township": areas.township[row],
                "managed_by": ""
                if areas.managed_by[row] == areas.county[row]
                else areas.managed_by[row],
                **{name: values[row] for name, values in areas.attributes.items()},
            }
            for row in rows
        ]
        both = zip(names, known, strict=True)
        filled = {"communities": [{**name, **more} for name, more in both], "survey": names}
    check_new(out, overwrite=overwrite)
    with whole_file(out, overwrite=overwrite) as part:
        write_workbook(part, filled, title)
