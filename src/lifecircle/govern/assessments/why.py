"""Explains a finding of a run, as `lifecircle why` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lifecircle.assess.examining import Examination
from lifecircle.govern.assessments.accounts import Told, told
from lifecircle.govern.assessments.kept_cities import kept_city
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.assessments.networks import kept_network
from lifecircle.govern.assessments.packs import packs_on
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.city_files import city_sources
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.why import Explainer
from lifecircle.terms.errors import LifecircleError


@dataclass(frozen=True)
class Why:
    """The explanation of a verdict, or why there is none; what to know of it beforehand."""

    accounts: list[Told] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def why(run: Run, finding: Finding) -> Why:
    """Explain a finding on the city as the run saw it; on the records of today where that is gone.

    A verdict that comes out otherwise today is told so, never in place of the run's own.
    """
    if finding.profile in run.beside:
        return Why(notices=[_("这是并列的步行者，只作参考，不作判定。")])
    if not finding.subject:
        return Why(notices=[_("资料里没有这条规则说的对象，没有可以逐步说明的。")])
    city = kept_city(run.sha256)
    notices = [] if city else [_("评估当时的资料已不在缓存里，下面按现在的档案重新推算。")]
    try:
        pack = next(one for one in packs_on(run.packs, run.as_of) if one.id == finding.pack)
        if pack.sha256 != run.manifest[finding.pack]["run"]["pack"]["sha256"]:
            notices.append(_("这个政策包或它的解读在评估以后改过，下面按现在的政策包说明。"))
        if city is None:
            city_sources(Path(settings.CITY))
            city = city_of_records(Path(settings.CITY), run.as_of)
        accounts, same = _explained(run, finding, pack, city)
    except (LifecircleError, KeyError, ValueError, StopIteration):
        return Why(notices=[_("现在的资料里推算不出这条结论；评估当时的依据见这条结论一页。")])
    if not same:
        notices.append(_("按现在的资料，这条结论会变成下面这样；评估当时的结论以上面为准。"))
    return Why(accounts, notices)


def _explained(run: Run, finding: Finding, pack: Pack, city: City) -> tuple[list[Told], bool]:
    network = kept_network(city.streets, Path(settings.NETWORKS))
    rule = pack.rule(finding.rule, run.as_of)
    examined = Examination(pack, city, network, run.as_of, rule)
    accounts = [told(one, pack, rule) for one in Explainer(examined).explain(finding.subject)]
    now = next(c.finding for c in examined.cases(finding.subject) if c.reading == finding.reading)
    same = (now.verdict, now.observed) == (finding.verdict, finding.said.get("observed", ""))
    return accounts, same
