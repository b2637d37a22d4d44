"""The sites of a plan, read back from the folder that `lifecircle plan` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lifecircle.place.tables import City
from lifecircle.publish.map.packing import millimetres
from lifecircle.publish.planning.words import code_zh
from lifecircle.publish.planning.writing import DATA, MANIFEST
from lifecircle.terms.errors import stop
from lifecircle.terms.taxonomy import categories

REMEDY = "指到 lifecircle plan 写出的文件夹"


def plan_data(folder: Path, city: City) -> list[dict[str, Any]]:
    """Return the sites of every plan of a folder, with what is built there and when.

    Raises InputError when it is no such folder, or speaks of spaces that the city does not have.
    """
    plans = _read(folder)
    spaces = {space.id: space for space in city.spaces}
    rows = {own_id: row for row, own_id in enumerate(city.communities.id)}
    found = []
    for number, communities in enumerate(plans, start=1):
        for own in communities:
            for site in own["sites"]:
                if site["space"] not in spaces or own["community"] not in rows:
                    where = f"空间 {site['space']}（社区 {own['community']}）"
                    remedy = "用同一个城市文件夹重新规划"
                    raise stop(f"{where}不在这个城市里", file=folder / DATA, remedy=remedy)
                space = spaces[site["space"]]
                place: list[int | None] = [None, None]
                if space.x_m is not None and space.y_m is not None:
                    place = [int(one) for one in millimetres([space.x_m, space.y_m])]
                found.append(_site(number, rows[own["community"]], site, place))
    return found


def _read(folder: Path) -> Any:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        content = json.loads((folder / DATA).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise stop("不是规划结果的文件夹", file=folder, place="--plan", remedy=REMEDY) from error
    if "lifecircle_plan" not in manifest or "plans" not in content:
        raise stop("不是规划结果的文件夹", file=folder, place="--plan", remedy=REMEDY)
    return content["plans"]


def _site(number: int, community: int, site: Any, place: list[int | None]) -> dict[str, Any]:
    projects = site["projects"]
    days = [one["ready_on"] for one in projects]
    return {
        "plan": number,
        "community": community,
        "name": site["name"] or site["space"],
        "mode": code_zh("build_mode", site["mode"]),
        "assumed": site["mode_assumed"],
        "start_year": site["start_year"],
        "ready_on": max(days) if days and all(days) else "",
        "builds": [
            {"kind": categories()[one["category"]].zh, "floor_m2": one["floor_m2"]}
            for one in projects
        ],
        "caveats": site["caveats"],
        "x": place[0],
        "y": place[1],
    }
