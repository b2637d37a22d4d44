"""The steps of a new platform that bring in what an assessment looks at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.inventory.access import VIEW
from lifecircle.govern.inventory.city_files import city_sources
from lifecircle.govern.inventory.models import Estate, Facility
from lifecircle.govern.waiting import Step
from lifecircle.govern.wording import told
from lifecircle.place.sources import CitySources
from lifecircle.terms.errors import InputError

IMPORT = "import.run"


def beginning(actor: Actor) -> Iterator[Step]:
    """Yield whether there are facilities, people, and the files that no record replaces."""
    sources, wrong = _sources()
    imports = reverse("imports:desk") if actor.may(IMPORT) else ""
    facilities = imports or (reverse("inventory:facilities") if actor.may(VIEW) else "")
    estates = imports or (reverse("inventory:list", args=["estates"]) if actor.may(VIEW) else "")
    counted = sources is not None and bool(sources.people or sources.rasters)
    there = Facility.versions.current().filter(removed=False).exists()
    yield Step(
        2, _("设施"), there, facilities, _("有哪些设施、在哪里、什么状态，导入名录或逐处新增。")
    )
    housed = counted or Estate.versions.current().filter(removed=False).exists()
    yield Step(
        3, _("人口"), housed, estates, _("居民住在哪里、有多少，导入小区名录；没有的从社区中心算。")
    )
    said = wrong or _("路网和社区边界的文件都在。")
    yield Step(4, _("路网和边界文件"), sources is not None, reverse("assessments:list"), said)


def _sources() -> tuple[CitySources | None, str]:
    """Return what the office's files are, or what of them is missing and who can mend it."""
    try:
        return city_sources(Path(settings.CITY)), ""
    except InputError as error:
        reason = told(error.faults[0].reason)
        say = _("%(reason)s：请管理平台的人放进平台数据目录下的city文件夹。")
        return None, say % {"reason": reason}
