"""One example of every page: who opens it and where. A route that shows a page stands here.

Apps add theirs to `EXAMPLES` under the route's full name; ``url`` gets the ids that
tests/govern/people.py tells under `known`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Known = Mapping[str, int | str]


@dataclass(frozen=True)
class Example:
    """A page: its URL or what makes it, who opens it, with which status it answers."""

    url: str | Callable[[Known], str]
    person: str | None = "clerk"
    status: int = 200

    def path(self, known: Known) -> str:
        """Return the URL."""
        return self.url if isinstance(self.url, str) else self.url(known)


def _facility(known: Known) -> str:
    return f"/inventory/facilities/{known['facility']}/"


def _contact(known: Known) -> str:
    return f"/contacts/{known['contact']}/"


def _of_user(act: str) -> Callable[[Known], str]:
    return lambda known: f"/contacts/users/{known['user.reader']}/{act}/"


_RULE = "/assessments/rules/xian-2020/one-vegetable-shop"


def _run(known: Known) -> str:
    return f"/assessments/{known['run']}/"


def _finding(known: Known) -> str:
    return f"{_run(known)}findings/{known['finding']}/"


EXAMPLES: dict[str, Example] = {
    "home": Example("/"),
    "home of nobody": Example("/", "nobody"),
    "help": Example("/help/", None),
    "account_login": Example("/account/login/", None),
    "account_logout": Example("/account/logout/"),
    "account_reauthenticate": Example("/account/reauthenticate/"),
    "account_change_password": Example("/account/password/change/"),
    "mfa_index": Example("/account/2fa/"),
    "mfa_index of who has one": Example("/account/2fa/", "keyed"),
    "mfa_activate_totp": Example("/account/2fa/totp/activate/"),
    "mfa_authenticate": Example("/account/2fa/authenticate/", "halfway"),
    "mfa_reauthenticate": Example("/account/2fa/reauthenticate/", "keyed"),
    "mfa_deactivate_totp": Example("/account/2fa/totp/deactivate/", "keyed"),
    "mfa_view_recovery_codes": Example("/account/2fa/recovery-codes/", "keyed"),
    "mfa_generate_recovery_codes": Example("/account/2fa/recovery-codes/generate/", "keyed"),
    "accounts:users": Example("/people/"),
    "accounts:new_user": Example("/people/new/"),
    "accounts:user": Example(lambda known: f"/people/{known['user.reader']}/"),
    "accounts:give": Example(lambda known: f"/people/{known['user.reader']}/give/"),
    "accounts:give_many": Example("/people/give-many/"),
    "accounts:end": Example(lambda known: f"/people/grants/{known['grant.reader']}/end/"),
    "accounts:roles": Example("/people/roles/"),
    "accounts:role": Example("/people/roles/view/"),
    "accounts:me": Example("/people/me/"),
    "accounts:new_token": Example("/people/me/tokens/new/"),
    "areas:list": Example("/areas/"),
    "areas:page": Example(lambda known: f"/areas/{known['area.bridge']}/"),
    "areas:change": Example(lambda known: f"/areas/{known['area.mill']}/revise/"),
    "areas:change split": Example(lambda known: f"/areas/{known['area.mill']}/split/"),
    "areas:page of a community": Example(lambda known: f"/areas/{known['area.mill']}/"),
    "areas:lists": Example("/areas/lists/"),
    "areas:code_list": Example(lambda known: f"/areas/lists/{known['code_list']}/"),
    "files:of_record": Example(lambda known: f"/files/of/{known['facility']}/"),
    "surveys:list": Example("/surveys/"),
    "surveys:new": Example("/surveys/new/", "chief"),
    "surveys:round": Example(lambda known: f"/surveys/{known['round']}/"),
    "surveys:round draft": Example(lambda known: f"/surveys/{known['round.draft']}/", "chief"),
    "surveys:change": Example(lambda known: f"/surveys/{known['round.draft']}/change/", "chief"),
    "surveys:discard": Example(lambda known: f"/surveys/{known['round.draft']}/discard/", "chief"),
    "surveys:excused": Example(lambda known: f"/surveys/{known['round.draft']}/excused/", "chief"),
    "surveys:preview": Example(lambda known: f"/surveys/{known['round.draft']}/preview/", "chief"),
    "surveys:deadlines": Example(lambda known: f"/surveys/{known['round']}/deadlines/", "chief"),
    "surveys:close": Example(lambda known: f"/surveys/{known['round']}/close/", "chief"),
    "surveys:return": Example(lambda known: f"/surveys/returns/{known['return']}/"),
    "surveys:section": Example(lambda known: f"/surveys/returns/{known['return']}/functions/"),
    "surveys:section part": Example(
        lambda known: f"/surveys/returns/{known['return']}/functions/?part=1"
    ),
    "surveys:section rows": Example(
        lambda known: f"/surveys/returns/{known['return']}/facilities/"
    ),
    "surveys:section row": Example(
        lambda known: f"/surveys/returns/{known['return']}/facilities/?row=F1"
    ),
    "surveys:section new row": Example(
        lambda known: f"/surveys/returns/{known['return']}/spaces/?row=new"
    ),
    "surveys:workbooks": Example(lambda known: f"/surveys/{known['round']}/workbooks/"),
    "surveys:device": Example(lambda known: f"/surveys/returns/{known['return']}/device/"),
    "surveys:history": Example(lambda known: f"/surveys/returns/{known['return']}/history/"),
    "needs:list": Example("/needs/"),
    "needs:compile": Example("/needs/new/"),
    "needs:page": Example(lambda known: f"/needs/{known['needs']}/"),
    "needs:page settled": Example(lambda known: f"/needs/{known['needs.settled']}/"),
    "needs:item": Example(lambda known: f"/needs/{known['needs']}/items/{known['need']}/"),
    "needs:add": Example(lambda known: f"/needs/{known['needs']}/add/"),
    "needs:compare": Example(
        lambda known: f"/needs/{known['needs']}/compare/?before={known['needs.settled']}"
    ),
    "plans:list": Example("/plans/"),
    "plans:ask": Example("/plans/new/", "chief"),
    "plans:ask again": Example(lambda known: f"/plans/new/?before={known['plan']}", "chief"),
    "plans:plan": Example(lambda known: f"/plans/{known['plan']}/"),
    "plans:plan chief": Example(lambda known: f"/plans/{known['plan']}/?plan=2", "chief"),
    "plans:communities": Example(lambda known: f"/plans/{known['plan']}/communities/"),
    "imports:desk": Example("/imports/"),
    "imports:batch": Example(lambda known: f"/imports/{known['batch']}/"),
    "imports:batch of outlines": Example(lambda known: f"/imports/{known['outlines']}/"),
    "inventory:facilities": Example("/inventory/"),
    "inventory:list": Example("/inventory/estates/"),
    "inventory:summary": Example(lambda known: f"/inventory/areas/{known['area.mill']}/"),
    "inventory:page": Example(_facility),
    "inventory:add": Example("/inventory/facilities/add/"),
    "inventory:change": Example(lambda known: f"{_facility(known)}change/"),
    "inventory:remove": Example(lambda known: f"{_facility(known)}remove/"),
    "inventory:add_part": Example(lambda known: f"{_facility(known)}parts/rooms/add/"),
    "inventory:change_part": Example(
        lambda known: f"{_facility(known)}parts/rooms/{known['room']}/change/"
    ),
    "inventory:remove_part": Example(
        lambda known: f"{_facility(known)}parts/rooms/{known['room']}/remove/"
    ),
    "assessments:list": Example("/assessments/"),
    "assessments:ask": Example("/assessments/new/"),
    "assessments:run": Example(_run, "chief"),
    "assessments:areas": Example(lambda known: f"{_run(known)}areas/"),
    "assessments:findings": Example(lambda known: f"{_run(known)}findings/"),
    "assessments:finding": Example(_finding),
    "assessments:why": Example(lambda known: f"{_finding(known)}why/"),
    "assessments:compare": Example(lambda known: f"{_run(known)}compare/", "chief"),
    "assessments:rules": Example("/assessments/rules/"),
    "assessments:rule": Example(f"{_RULE}/"),
    "assessments:waivers": Example("/assessments/waivers/"),
    "assessments:excuse": Example(f"{_RULE}/excuse/"),
    "assessments:interpret": Example(f"{_RULE}/interpret/", "chief"),
    "assessments:end_waiver": Example(lambda known: f"/assessments/waivers/{known['waiver']}/end/"),
    "assessments:end_interpretation": Example(
        lambda known: f"/assessments/interpretations/{known['interpretation']}/end/", "chief"
    ),
    "jobs:desk": Example("/jobs/"),
    "jobs:page": Example(lambda known: f"/jobs/{known['job.running']}/"),
    "jobs:page of what is done": Example(lambda known: f"/jobs/{known['job.done']}/"),
    "audit:list": Example("/audit/"),
    "audit:entry": Example("/audit/1/", "chief"),
    "audit:subject": Example("/audit/of/area/1/", "chief"),
    "audit:chain": Example("/audit/chain/"),
    "personal:list": Example("/contacts/"),
    "personal:new": Example("/contacts/new/"),
    "personal:find": Example("/contacts/find/"),
    "personal:contact": Example(_contact),
    **{
        f"personal:{act}": Example(lambda known, act=act: f"{_contact(known)}{act}/")  # type: ignore[misc]
        for act in ("change", "reveal", "hold", "erase", "export")
    },
    "personal:forget_user": Example(_of_user("forget")),
    "personal:export_user": Example(_of_user("export")),
    "publications:list": Example("/publications/"),
    "publications:page": Example(lambda known: f"/publications/{known['proposed']}/"),
    "publications:page live": Example(lambda known: f"/publications/{known['publication']}/"),
    "publications:offered": Example("/publications/offered/"),
    "drafts:front": Example(lambda known: f"/publications/{known['proposed']}/public/"),
    "drafts:page": Example(
        lambda known: f"/publications/{known['proposed']}/public/communities/C1/"
    ),
    "drafts:page facility": Example(
        lambda known: f"/publications/{known['proposed']}/public/facilities/F/1/"
    ),
    "drafts:page results": Example(
        lambda known: f"/publications/{known['proposed']}/public/results/{known['proposed']}/"
    ),
    "publications:propose": Example(
        lambda known: f"/publications/propose/run/{known['proposable']}/"
    ),
    "publications:correct": Example(lambda known: f"/publications/{known['publication']}/correct/"),
    "public:front": Example("/public/", None),
    "public:search": Example("/public/search/?q=river", None),
    "public:communities": Example("/public/communities/", None),
    "public:community": Example("/public/communities/C1/", None),
    "public:facility": Example("/public/facilities/F/1/", None),
    "public:results": Example("/public/results/", None),
    "public:publication": Example(lambda known: f"/public/results/{known['publication']}/", None),
    "public:data": Example("/public/data/", None),
    "public:nowhere": Example("/public/nowhere/", None, 404),
    "public:embed": Example("/public/embed/", None),
    "public:embed_search": Example("/public/embed/search/?q=river", None),
    "public:embed_community": Example("/public/embed/communities/C1/", None),
    "public:embed_facility": Example("/public/embed/facilities/F/1/", None),
    "features:landing": Example("/ogc/?f=html", None),
    "features:collections": Example("/ogc/collections?f=html", None),
    "no such page": Example("/no/such/page/", status=404),
    "gallery": Example("/gallery/?page=3&q=hall"),
    "gallery-form": Example("/gallery/form/", None),
    "gallery-history": Example("/gallery/history/"),
    "gallery-refuse": Example("/gallery/refuse/", status=403),
    "gallery-fail": Example("/gallery/fail/", status=500),
}

NO_PAGE = frozenset(
    {
        "areas:outlines",
        "assessments:file",
        "assessments:places",
        "assessments:taken",
        "audit:export",
        "features:api",
        "features:collection",
        "features:conformance",
        "features:item",
        "features:items",
        "features:nowhere",
        "features:schema",
        "files:original",
        "files:shown",
        "imports:faults",
        "imports:marked",
        "imports:outlines",
        "inventory:file",
        "inventory:places",
        "mfa_download_recovery_codes",
        "needs:taken",
        "plans:file",
        "public:code",
        "public:file",
        "public:language",
        "public:map",
        "public:map_file",
        "public:map_page",
        "publications:preview",
        "openrosa:form",
        "openrosa:form_list",
        "openrosa:list",
        "openrosa:manifest",
        "openrosa:submission",
        "surveys:device_key",
        "surveys:workbook_file",
        "surveys:workbook_marked",
        "surveys:worker",
    }
)
"""Routes that answer something else than a page."""

BY_SCRIPT = frozenset({"surveys:device"})
"""Pages that are there for a script's sake; without it they lead to pages that say the same."""
