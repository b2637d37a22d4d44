"""The door for ODK Collect: which forms there are, each with its lists, and what comes back."""

from __future__ import annotations

from typing import cast
from xml.etree import ElementTree as ET

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.openrosa.answering import XML, document, door, said
from lifecircle.govern.openrosa.lists import names, written
from lifecircle.govern.openrosa.receiving import LARGEST_FORM_BYTES, BadForm, receive
from lifecircle.govern.surveys.access import ENTER
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.xform import Written, form_id, md5, write

FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
THE_FORM = "xml_submission_file"
DAY_S = 24 * 3600


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls; the gate put it there."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


@door
def form_list(request: HttpRequest) -> HttpResponse:
    """List the forms of the rounds in which the caller may enter something."""
    root = ET.Element("xforms", xmlns=FORMS)
    for round_ in _rounds(request):
        if request.GET.get("formID") in (None, form_id(round_.pk)):
            _list(request, ET.SubElement(root, "xform"), round_)
    return HttpResponse(document(root), content_type=XML)


def _list(request: HttpRequest, own: ET.Element, round_: Round) -> None:
    written, number = _form(round_), {"number": round_.pk}
    told = {
        "formID": form_id(round_.pk),
        "name": round_.title,
        "version": written.version,
        "hash": written.md5,
        "downloadUrl": request.build_absolute_uri(reverse("openrosa:form", kwargs=number)),
        "manifestUrl": request.build_absolute_uri(reverse("openrosa:manifest", kwargs=number)),
    }
    if request.GET.get("verbose") == "true":
        due = {"due": round_.due_on.isoformat(), "day": round_.as_on.isoformat()}
        told["descriptionText"] = _("底数日期%(day)s，%(due)s前报送") % due
    for name, text in told.items():
        ET.SubElement(own, name).text = text


@door
def form(request: HttpRequest, number: int) -> HttpResponse:
    """Give the form of a round."""
    return HttpResponse(_form(_round(request, number)).content, content_type=XML)


@door
def manifest(request: HttpRequest, number: int) -> HttpResponse:
    """Tell which lists belong to a form, with their hashes for this caller."""
    round_ = _round(request, number)
    root = ET.Element("manifest", xmlns=MANIFEST)
    for name, hashed in _hashes(request, round_).items():
        kwargs = {"number": number, "name": name.removesuffix(".csv")}
        own = ET.SubElement(root, "mediaFile")
        ET.SubElement(own, "filename").text = name
        ET.SubElement(own, "hash").text = hashed
        url = request.build_absolute_uri(reverse("openrosa:list", kwargs=kwargs))
        ET.SubElement(own, "downloadUrl").text = url
    return HttpResponse(document(root), content_type=XML)


@door
def list_(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Give a list as CSV: the caller's communities, or the records of these."""
    round_ = _round(request, number)
    try:
        content = written(f"{name}.csv", round_.asks, _backs(request, round_))
    except KeyError:
        raise unseen() from None
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@csrf_exempt  # devices sign every request themselves; the gate takes no session here
@door
def submission(request: HttpRequest) -> HttpResponse:
    """Take a filled form; HEAD tells how large a request may be."""
    if request.method in ("GET", "HEAD"):
        return HttpResponse(status=204)
    file = request.FILES.get(THE_FORM)
    if file is None:
        raise BadForm(_("没有表单"), remedy=_("重新发送"))
    if (file.size or 0) > LARGEST_FORM_BYTES:
        raise BadForm(_("表单太大"), remedy=_("分几份填写"))
    got = receive(actor_of(request), file.read(), request.FILES)
    if got.awaited:
        answer = said(_("已收到，还有%(count)s张照片没到。") % {"count": len(got.awaited)}, 202)
    elif got.repeated and not got.saved:
        answer = said(_("已经收到过，没有重复写入。"), 201)
    else:
        answer = said(_("已收到。"), 201)
    answer.headers["Location"] = request.build_absolute_uri()
    return answer


def _backs(request: HttpRequest, round_: Round | None = None) -> QuerySet[Return]:
    """Return the returns of open rounds that the caller may fill in."""
    backs = Return.objects.visible_to(actor_of(request), ENTER)
    backs = backs.filter(round__state=Round.State.OPEN).select_related("area")
    return backs if round_ is None else backs.filter(round=round_)


def _rounds(request: HttpRequest) -> QuerySet[Round]:
    own = _backs(request).order_by().values("round")
    return Round.objects.visible_to(actor_of(request), ENTER).filter(pk__in=own)


def _round(request: HttpRequest, number: int) -> Round:
    found = _rounds(request).filter(pk=number).first()
    if found is None:
        raise unseen()
    return found


def _form(round_: Round) -> Written:
    return write(round_.pk, round_.title, round_.asks)


def _hashes(request: HttpRequest, round_: Round) -> dict[str, str]:
    """Return the hashes of the lists; records stand as at opening, so they are made once a day."""
    backs = _backs(request, round_)
    named = "\n".join(f"{pk} {name}" for pk, name in backs.values_list("pk", "area__name"))
    key = f"openrosa-{round_.pk}-{md5(named.encode())[4:]}"
    known: dict[str, str] | None = cache.get(key)
    if known is None:
        form, held = round_.asks, list(backs)
        known = {name: md5(written(name, form, held)) for name in names(form)}
        cache.set(key, known, DAY_S)
    return known
