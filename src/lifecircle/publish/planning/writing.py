"""Writes a plan into a folder: tables, the promised facilities, data, a map, a page, a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely

from lifecircle import __version__
from lifecircle.assess.ground import Ground
from lifecircle.place.edits.built import write_built
from lifecircle.place.tables import City
from lifecircle.plan.planning import Planned
from lifecircle.plan.wishes import Wishes
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.planning import columns as tables
from lifecircle.publish.planning.communities import community_columns, community_data
from lifecircle.publish.planning.page import plan_page
from lifecircle.publish.planning.words import code_zh, space_zh
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.runs import run_hash
from lifecircle.publish.tables import Columns, write_csv, write_shapes
from lifecircle.terms.taxonomy import names_zh

DEMAND, CLAIMS, PLANS = "demand.csv", "claims.csv", "plans.csv"
ACTIONS, GAINS, PROMISE, SITES = "actions.csv", "gains.csv", "promise.csv", "sites.csv"
COMMUNITIES, DATA = "communities.csv", "communities.json"
MAP, PAGE, MANIFEST = "plan.gpkg", "index.html", "manifest.json"
MOST_PLANS = 9
FACILITIES = tuple(
    "facilities.csv" if number == 1 else f"facilities-{number}.csv"
    for number in range(1, MOST_PLANS + 1)
)
"""The facilities that each plan creates, in the form an office fills in."""

TABLES = (DEMAND, CLAIMS, PLANS, ACTIONS, GAINS, PROMISE, SITES, COMMUNITIES)
PLAN = Kind(
    frozenset({*TABLES, *FACILITIES, DATA, MAP, PAGE, MANIFEST}), MANIFEST, '"lifecircle_plan"'
)


def write_plan(out: Path, ground: Ground, planned: Planned, wishes: Wishes) -> dict[str, Any]:
    """Write everything into ``out``, all or nothing; return the manifest."""
    city = ground.city
    made = {
        DEMAND: tables.demand_columns(ground, planned.proposal),
        CLAIMS: tables.claim_columns(city, planned.proposal),
        PLANS: tables.plan_columns(planned),
        ACTIONS: tables.action_columns(city, planned),
        GAINS: tables.gain_columns(ground, planned),
        PROMISE: tables.promise_columns(ground, planned),
        SITES: tables.site_columns(city, planned),
        COMMUNITIES: community_columns(city, planned),
    }
    with whole_folder(out, PLAN) as folder:
        for name, table in made.items():
            write_csv(folder / name, table)
        for name, worked in zip(FACILITIES, planned.plans, strict=False):
            write_built(folder / name, worked.promise.built)
        data = [community_data(city, planned, worked) for worked in planned.plans]
        write_json(folder / DATA, {"simulated": city.simulated, "plans": data})
        _write_map(folder / MAP, city, planned)
        (folder / PAGE).write_text(plan_page(ground, planned), encoding="utf-8")
        manifest = _manifest(folder, ground, planned, wishes)
        write_json(folder / MANIFEST, manifest)
        return manifest


def _manifest(folder: Path, ground: Ground, planned: Planned, wishes: Wishes) -> dict[str, Any]:
    pack, city = planned.proposal.pack, ground.city
    results = sorted(p.name for p in folder.iterdir() if p.suffix in (".csv", ".json"))
    run = {
        "software": {"name": "lifecircle", "version": __version__},
        "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
        "as_of": ground.as_of.isoformat(),
        "city": {"title": city.title, "simulated": city.simulated},
        "inputs": [vars(file) for file in city.files],
        "wishes": {
            "least_share": dict(sorted(wishes.least_share.items())),
            "set_aside": sorted(wishes.set_aside),
            "decided": [vars(one) for one in wishes.decided],
            "barred": sorted(wishes.barred),
        },
        "plans": [_of_plan(planned, at) for at in range(len(planned.plans))],
        "results": {name: sha256_of(folder / name) for name in results},
    }
    return {
        "lifecircle_plan": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "files": {name: sha256_of(folder / name) for name in (PAGE, MAP)},
    }


def _of_plan(planned: Planned, at: int) -> dict[str, Any]:
    worked, decision = planned.plans[at], planned.decision
    assert decision is not None
    plan = worked.plan
    return {
        "exact": decision.exact,
        "status": plan.status,
        "gap": f"{plan.gap:.6f}",
        "cost_yuan": {
            str(row.year): int(yuan)
            for row, yuan in zip(planned.proposal.money, plan.cost_yuan, strict=True)
        },
        "sites": len(worked.sites),
        "actions": len(plan.chosen),
        "people_served": int(plan.served.sum()),
        "verdicts_turned": len(worked.promise.turned),
    }


def _write_map(path: Path, city: City, planned: Planned) -> None:
    """Write the sites of each plan, and every space with a place."""
    rows = [
        (number, site)
        for number, worked in enumerate(planned.plans, start=1)
        for site in worked.sites
        if city.spaces[site.space].x_m is not None
    ]
    chosen: Columns = {
        "plan": [str(number) for number, _ in rows],
        "space": [city.spaces[site.space].id for _, site in rows],
        "name": [space_zh(city, site.space) for _, site in rows],
        "mode": [code_zh("build_mode", site.way.mode) for _, site in rows],
        "content": [
            "、".join(names_zh((one.standard.category,)) for one in site.projects)
            for _, site in rows
        ],
    }
    placed = [space for space in city.spaces if space.x_m is not None]
    every: Columns = {
        "space": [space.id for space in placed],
        "name": [space.name for space in placed],
        "kind": [code_zh("space_kind", space.kind) for space in placed],
    }
    write_shapes(
        path,
        city,
        {
            "sites": ([_point(city, site.space) for _, site in rows], chosen),
            "spaces": ([shapely.Point(s.x_m, s.y_m) for s in placed], every),
        },
    )


def _point(city: City, space: int) -> shapely.Point:
    own = city.spaces[space]
    return shapely.Point(own.x_m, own.y_m)
