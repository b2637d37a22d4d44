"""Makes the form of a round out of a pack: functions, facilities, needs, spaces, permits."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from lifecircle.govern.surveys.questions import (
    NO,
    NOT_KNOWN,
    YES,
    Choice,
    FixedRow,
    Form,
    Heading,
    Question,
    Section,
)
from lifecircle.govern.wording import Named
from lifecircle.policy.asked import categories_asked
from lifecircle.policy.measures import FacilityMeasure
from lifecircle.policy.models import Pack
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

SAME, CHANGED, GONE = "same", "changed", "gone"
"""What a community says of a record on file. A blank leaves it as it is, unsurveyed."""

FUNCTIONS, FACILITIES, NEEDS, OPINIONS, SPACES, PERMITS = (
    "functions", "facilities", "needs", "opinions", "spaces", "permits",
)  # fmt: skip
EXISTS, OPERATING, STANDING = "function_exists", "function_state", "standing"
MOST_M2 = "9999999999.99"
MOST_PEOPLE = "999999"

YES_NO = (Choice(YES, _("有")), Choice(NO, _("没有")), Choice(NOT_KNOWN, _("不清楚")))
STANDINGS = (
    Choice(SAME, _("与记录一致")),
    Choice(CHANGED, _("有变化，已改在下面")),
    Choice(GONE, _("已经没有了")),
)
HEARD = (
    Choice("visit", _("上门走访")),
    Choice("telephone", _("电话")),
    Choice("meeting", _("居民议事会、座谈")),
    Choice("other", _("其他")),
)
STATES = ("built", "operating")


def form_of(pack: Pack) -> Form:
    """Return what a round under a pack asks of every community."""
    title = pack.header.title.zh
    sections = (_functions(pack), _facilities(), _needs(), _opinions(), _spaces(), _permits())
    return Form(pack.id, pack.header.version, pack.sha256, title, sections)


def words_of(set_name: str) -> tuple[Choice, ...]:
    """Return the codes of a set as choices."""
    return tuple(Choice(code, one.zh, one.en) for code, one in code_sets()[set_name].items())


def _functions(pack: Pack) -> Section:
    known, headings = categories(), _headings(pack)
    rows = tuple(
        FixedRow(code, known[code].zh, known[code].en, headings.get(code, Heading()))
        for code in categories_asked([pack])
    )
    states = tuple(one for one in words_of("survey_state") if one.code in STATES)
    return Section(
        FUNCTIONS,
        _("服务功能"),
        _("本社区范围内有没有。没有去看过就空着，不要写“没有”；有的，在下一节逐处核对。"),
        (
            Question(EXISTS, _("有没有"), "yes_no", required=True, choices=YES_NO),
            Question(OPERATING, _("建成或运营"), "choice", choices=states,
                     hint=_("开着门提供服务的选“已运营”")),
            _m2("function_m2", _("建筑面积合计")),
            Question("function_hours", _("开放时间"), "text", longest=200,
                     hint=_("例如 每天 08:00-20:00")),
        ),
        rows=rows,
    )  # fmt: skip


def _headings(pack: Pack) -> dict[str, Heading]:
    """Return under which heading a pack first asks for each category: of a rule, else of a kind."""
    said: list[tuple[Named, tuple[str, ...]]] = [
        (rule.group, pack.categories_of(rule.measure))
        for rule in pack.rules
        if isinstance(rule.measure, FacilityMeasure)
    ]
    said += [(kind, kind.categories) for _code, kind in pack.kinds()]
    place = {words.zh: at for at, (words, _codes) in reversed(list(enumerate(said)))}
    found: dict[str, Heading] = {}
    for words, codes in said:
        for code in codes:
            found.setdefault(code, Heading(words.zh, words.en, place[words.zh]))
    return found


def _facilities() -> Section:
    every = tuple(Choice(code, one.zh, one.en) for code, one in categories().items())
    return Section(
        FACILITIES,
        _("设施逐处核对"),
        _("记录里的每一处都核对；记录里没有的，在最后添加，一处一份。"),
        (
            _standing("facility"),
            _text("facility_name", _("设施名称"), 100, "name"),
            Question("facility_categories", _("设施类别"), "choices", choices=every,
                     field="categories"),
            Question("facility_status", _("状态"), "choice", choices=words_of("facility_status"),
                     field="status"),
            _m2("facility_floor_m2", _("建筑面积"), "floor_m2"),
            _text("facility_hours", _("开放时间"), 200, "hours", _("例如 每天 08:00-20:00")),
            _text("facility_address", _("地址"), 200, "address"),
            Question("facility_hotline", _("服务热线"), "text", longest=40, field="hotline",
                     hint=_("对外公布的号码，不写个人号码"), public_number=True),
            _point("facility_point"),
            Question("facility_photo", _("照片"), "photo",
                     hint=_("拍设施，不拍人；没有就不拍")),
            _text("facility_remark", _("备注"), 500, "remark"),
        ),
        of="facilities",
        may_add=True,
    )  # fmt: skip


def _needs() -> Section:
    return Section(
        NEEDS,
        _("居民需求"),
        _("居民最想要哪些服务，最想要的写1；只写人数，不写是谁。"),
        (
            Question("need_rank", _("排第几"), "integer", least="1", most="9"),
            _people("need_people"),
        ),
        rows=tuple(FixedRow(one.code, one.zh, one.en) for one in words_of("function")),
    )


def _opinions() -> Section:
    return Section(
        OPINIONS,
        _("居民意见"),
        _("一条意见一份。不写姓名、电话、门牌号。"),
        (
            _text("opinion_words", _("意见"), 500),
            Question("opinion_function", _("有关的功能"), "choice", choices=words_of("function")),
            _people("opinion_people"),
            Question("opinion_heard", _("怎样听到的"), "choice", choices=HEARD),
        ),
        may_add=True,
    )


def _spaces() -> Section:
    return Section(
        SPACES,
        _("空间资源"),
        _("社区用房、小区空地、腾退和闲置的房和地，一处一份。"),
        (
            _standing("space"),
            _text("space_name", _("名称或坐落"), 100, "name"),
            _choice("space_kind", _("空间类型"), "space_kind", "kind_of_space"),
            _choice("space_ownership", _("权属"), "ownership", "ownership"),
            _text("space_owner", _("产权单位"), 100, "owner", _("写单位，不写个人")),
            _m2("space_floor_m2", _("建筑面积"), "floor_m2"),
            _m2("space_usable_m2", _("使用面积"), "usable_m2"),
            _m2("space_site_m2", _("用地面积"), "site_m2"),
            _choice("space_condition", _("可用情况"), "space_condition", "condition"),
            _choice("space_safety", _("安全评估"), "safety_check", "safety"),
            _text("space_terms", _("使用条件"), 500, "terms"),
            Question("space_available_on", _("可用日期"), "day", field="available_on",
                     hint=_("现在就能用则留空")),
            _point("space_point"),
            _text("space_remark", _("备注"), 500, "remark"),
        ),
        of="spaces",
        may_add=True,
    )  # fmt: skip


def _permits() -> Section:
    return Section(
        PERMITS,
        _("规划许可对照"),
        _("规划许可里要求小区配建的设施，对照现在的情况；没有核对过就空着。"),
        (
            Question("permit_actual", _("落实情况"), "choice", required=True,
                     choices=words_of("permit_state"), field="actual"),
            _m2("permit_actual_m2", _("实有面积"), "actual_m2", _("一点没有写0")),
            Question("permit_delivered_on", _("移交日期"), "day"),
            _text("permit_remark", _("备注"), 500, "remark"),
        ),
        of="permits",
    )  # fmt: skip


def is_standing(question: Question) -> bool:
    """Say whether a question asks how a row on record stands today."""
    return question.code.endswith(f"_{STANDING}")


def _standing(of: str) -> Question:
    return Question(
        f"{of}_{STANDING}", _("核对"), "choice", required=True, choices=STANDINGS,
        hint=_("没有去看过就空着"),
    )  # fmt: skip


def _text(code: str, zh: str, longest: int, field: str = "", hint: str = "") -> Question:
    return Question(code, zh, "text", hint=hint, longest=longest, field=field)


def _choice(code: str, zh: str, set_name: str, field: str) -> Question:
    return Question(code, zh, "choice", choices=words_of(set_name), field=field)


def _m2(code: str, zh: str, field: str = "", hint: str = "") -> Question:
    return Question(
        code, zh, "decimal", unit=_("平方米"), least="0", most=MOST_M2, field=field, hint=hint
    )


def _people(code: str) -> Question:
    return Question(
        code, _("多少人提出"), "integer", unit=_("人"), least="0", most=MOST_PEOPLE,
        hint=_("同一个人提几次只算一次"),
    )  # fmt: skip


def _point(code: str) -> Question:
    return Question(
        code, _("位置"), "point", field="point", hint=_("经度、纬度（WGS84），例如 108.95 34.26")
    )
