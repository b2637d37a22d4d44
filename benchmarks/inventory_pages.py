"""How quick the inventory answers with 50,000 facilities in 4,000 communities.

Run it on an empty database of its own: ``python -m benchmarks.inventory_pages`` for SQLite, or
``python -m tools.postgres python -m benchmarks.inventory_pages``. Prints milliseconds by request.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

COMMUNITIES, FACILITIES = 4000, 50_000
TOWNSHIPS, COUNTIES = 250, 16
DAY = date(2026, 1, 1)
TIMES = 15
Timed = tuple[str, float, float, int]


def main() -> None:
    """Fill a database and time the requests."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifecircle.govern.site.settings")
        os.environ["LIFECIRCLE_HOME"] = home
        os.environ["LIFECIRCLE_DEMO"] = "1"
        os.environ["LIFECIRCLE_HOSTS"] = "testserver"
        (Path(home) / "static").mkdir()
        import django  # noqa: PLC0415 - after the settings

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - after the settings

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        begun = time.perf_counter()
        client, record = fill()
        print(f"filled in {time.perf_counter() - begun:.1f} s")
        for name, median, slowest, queries in timings(client, record):
            print(f"{name:40s} {median:8.1f} {slowest:8.1f} ms {queries:3d} queries")


def fill(communities: int = COMMUNITIES, facilities: int = FACILITIES) -> tuple[list[Any], int]:
    """Make areas, facilities and two people; return their browsers and a record."""
    from django.db import connection  # noqa: PLC0415 - after the settings
    from django.test import Client  # noqa: PLC0415 - after the settings

    from lifecircle.govern.accounts.models import Grant, Role, User  # noqa: PLC0415
    from lifecircle.govern.areas.models import Area  # noqa: PLC0415
    from lifecircle.govern.inventory.models import Facility  # noqa: PLC0415
    from lifecircle.govern.records.models import Change, Record  # noqa: PLC0415
    from lifecircle.terms.taxonomy import categories  # noqa: PLC0415

    chance = random.Random(50_000)  # noqa: S311 - no secret
    areas = _areas(Area, communities)
    change = Change.objects.create(actor="x", channel="command", effective_on=DAY)
    homes = areas[-communities:]
    records = Record.objects.bulk_create(
        (Record(kind="facility", own_id=f"F{n:06d}", area=homes[n % communities])
         for n in range(facilities)),
        batch_size=1000,
    )  # fmt: skip
    codes = sorted(categories())
    versions = []
    for number, record in enumerate(records):
        code = codes[chance.randrange(len(codes))]
        one = Facility(
            record=record, since=change, since_on=DAY, area=record.area,
            name=f"{categories()[code].zh}{number}号", categories=[code],
            functions=["health"] if number % 9 == 0 else [],
            lon=108.5 + chance.random(), lat=34 + chance.random(),
            floor_m2=chance.randrange(20, 900), hours=f"0{number % 9}:00-20:00",
            status="operating" if number % 3 else "closed", address=f"示例路{number}号",
        )  # fmt: skip
        one.derive()
        versions.append(one)
    Facility.versions.bulk_create(versions, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    permissions = ["inventory.view", "inventory.change", "area.view"]
    role = Role.objects.create(code="all", name="all", permissions=permissions)
    clients = []
    for name, area in (("city", areas[0]), ("community", homes[7])):
        user = User.objects.create(username=name, name=name)
        Grant.objects.create(user=user, role=role, area=area, from_on=DAY, given_by="x")
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        clients.append(client)
    return clients, records[7].pk


def _areas(model: Any, communities: int) -> list[Any]:
    """Return the city, its counties, townships and communities."""
    made: list[Any] = []

    def level(name: str, many: int, above: list[Any]) -> list[Any]:
        own = model.objects.bulk_create(
            [
                model(name=f"{name}{n}", level=name, path=f"{name}{n}", began_on=DAY)
                for n in range(many)
            ],
            batch_size=1000,
        )
        for n, one in enumerate(own):
            one.path = f"{above[n % len(above)].path if above else ''}{one.pk}."
            if name == "community":
                one.code = f"{610000000000 + n}"
        model.objects.bulk_update(own, ["path", "code"], batch_size=500)
        made.extend(own)
        return list(own)

    top = level("city", 1, [])
    level("community", communities, level("township", TOWNSHIPS, level("county", COUNTIES, top)))
    return made


def timings(clients: Any, record: int) -> Iterator[Timed]:
    """Yield median and slowest milliseconds and the number of queries of each request."""
    from django.db import connection  # noqa: PLC0415 - after the settings
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after the settings

    urls = {
        "list": "/inventory/",
        "list, page 900": "/inventory/?page=900",
        "list by name": "/inventory/?order=name",
        "list by floor": "/inventory/?order=floor",
        "list of a category": "/inventory/?category=clinic",
        "list with text": "/inventory/?q=诊所",
        "list open at 21:00": "/inventory/?open=07:00",
        "list as of a day": "/inventory/?on=2026-02-01",
        "list of a community": "/inventory/?area=610000000007",
        "page": f"/inventory/facilities/{record}/",
        "map of a part": "/inventory/places.geojson?bbox=108.9,34.2,108.95,34.25",
        "map of the city": "/inventory/places.geojson?bbox=108,33,110,36",
        "api list": "/api/inventory/facilities",
        "api list in a box": "/api/inventory/facilities?bbox=108.9,34.2,108.95,34.25",
        "api page": f"/api/inventory/facilities/{record}",
    }
    for who, client in zip(("city", "community"), clients, strict=True):
        for name, url in urls.items():
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url)
            assert answer.status_code == 200, (name, answer.status_code)
            took = sorted(_milliseconds(partial(client.get, url)) for _ in range(TIMES))
            yield f"{who}: {name}", statistics.median(took), took[-1], len(asked)
            if "-v" in sys.argv:
                slow = sorted(asked.captured_queries, key=lambda one: -float(one["time"]))
                for one in slow[:2]:
                    print("   ", one["time"], one["sql"][:1500])


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
