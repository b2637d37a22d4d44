"""Code words and what people read for them, in Simplified and Traditional Chinese and English.

The code word is what files and databases hold; it never changes with the language.
"""

from __future__ import annotations

from typing import Literal

from lifecircle.terms.doubts import doubted

Verdict = Literal["met", "not met", "not assessed", "not applicable"]
DueState = Literal["no date", "not yet due", "due", "overdue"]
Reading = Literal["circle", "walk", "record"]
Strength = Literal["hard", "standard", "soft", "advisory", "exploratory"]
Source = Literal["verbatim", "press", "secondary", "remembered"]
Mark = Literal["printed", "inferred"]
Confidence = Literal["firm", "limited", "weak"]
Language = Literal["zh-Hans", "zh-Hant", "en"]

_LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")

_WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "verdict": {
        "met": ("达标", "達標", "met"),
        "not met": ("未达标", "未達標", "not met"),
        "not assessed": ("未评估", "未評估", "not assessed"),
        "not applicable": ("不适用", "不適用", "not applicable"),
    },
    "due": {
        "no date": ("未定期限", "未定期限", "no date"),
        "not yet due": ("未到期限", "未到期限", "not yet due"),
        "due": ("期限已到", "期限已到", "date reached"),
        "overdue": ("已逾期", "已逾期", "overdue"),
    },
    "reading": {
        "circle": ("圆形范围", "圓形範圍", "circle"),
        "walk": ("步行", "步行", "walk"),
        "record": ("记录", "記錄", "record"),
    },
    "strength": {
        "hard": ("必须", "必須", "hard"),
        "standard": ("标准", "標準", "standard"),
        "soft": ("基本应当", "基本應當", "soft"),
        "advisory": ("宜", "宜", "advisory"),
        "exploratory": ("鼓励探索", "鼓勵探索", "exploratory"),
    },
    "source": {
        "verbatim": ("原文", "原文", "verbatim"),
        "press": ("报道（待核）", "報導（待核）", "press, unverified"),
        "secondary": ("转引（待核）", "轉引（待核）", "secondary, unverified"),
        "remembered": ("记忆（待核）", "記憶（待核）", "remembered, unverified"),
    },
    "mark": {
        "printed": ("原文", "原文", "printed"),
        "inferred": ("推定", "推定", "inferred"),
    },
    "confidence": {
        "firm": ("可靠", "可靠", "firm"),
        "limited": ("有限", "有限", "limited"),
        "weak": ("薄弱", "薄弱", "weak"),
    },
    "nature": {
        "binding": ("约束性", "約束性", "binding"),
        "expected": ("预期性", "預期性", "expected"),
    },
    "level": {
        "community": ("社区", "社區", "community"),
        "township": ("镇街", "鎮街", "township level"),
        "county": ("区县", "區縣", "county level"),
        "facility": ("设施", "設施", "facility"),
        "estate": ("小区", "小區", "estate"),
        "project": ("项目", "項目", "project"),
        "organisation": ("单位", "單位", "organisation"),
        "city": ("全市", "全市", "city"),
        "zone": ("片区", "片區", "zone"),
    },
    "tree": {
        "administrative": ("行政区划", "行政區劃", "administrative areas"),
        "managing": ("管理单位", "管理單位", "managing units"),
        "tag": ("片区", "片區", "zones"),
    },
    "side": {
        "before": ("变更前", "變更前", "before the change"),
        "after": ("变更后", "變更後", "after the change"),
    },
    "difference": {
        "far": ("直线也超出步行时间", "直線也超出步行時間", "too far even in a straight line"),
        "river": ("隔着河", "隔著河", "across a river"),
        "water": ("隔着水面", "隔著水面", "across water"),
        "railway": ("隔着铁路", "隔著鐵路", "across a railway"),
        "motorway": ("隔着快速路", "隔著快速路", "across a motorway or trunk road"),
        "wall": ("隔着围墙", "隔著圍牆", "behind a wall or fence"),
        "no-link": ("一小时内走不到", "一小時內走不到", "no way within an hour"),
        "inside-estate": ("主要在小区里绕行", "主要在社區裡繞行", "mostly inside the estate"),
        "detour": ("道路绕行", "道路繞行", "the way goes round"),
    },
    "unit": {
        "share": ("人口比例", "人口比例", "share of people"),
        "count": ("处", "處", "facilities"),
        "rules": ("项", "項", "rules"),
        "areas": ("社区比例", "社區比例", "share of communities"),
        "spread": ("相差", "相差", "difference of shares"),
        "m2": ("平方米", "平方公尺", "m2"),
        "m2_per_100hh": ("平方米/百户", "平方公尺/百戶", "m2 per 100 households"),
        "per_1000": ("每千人", "每千人", "per 1,000 residents"),
        "recorded": ("（登记值）", "（登記值）", "(recorded value)"),
        "rate": ("（比率）", "（比率）", "(rate)"),
        "records": ("（件数）", "（件數）", "(number of records)"),
    },
    "basis": {
        "estate": ("小区居民登记数", "小區居民登記數", "residents recorded by estate"),
        "point": ("人口点位数", "人口點位數", "residents recorded at points"),
        "raster": (
            "人口栅格推算的估计数，不是登记数",
            "人口網格推算的估計數，不是登記數",
            "estimated from a population raster, not a head count",
        ),
        "building": (
            "住宅建筑面积推算的分布，不是人数",
            "住宅建築面積推算的分布，不是人數",
            "spread over dwellings by floor area, not a head count",
        ),
        "centre": (
            "没有人口和住宅资料，以社区中心代表",
            "沒有人口和住宅資料，以社區中心代表",
            "no people known, the community's centre stands in",
        ),
    },
    "row": {
        "community": ("社区", "社區", "community"),
        "estate": ("小区", "小區", "estate"),
        "facility": ("设施", "設施", "facility"),
        "record": ("登记值", "登記值", "record"),
        "survey": ("摸底", "摸底", "survey"),
        "area": ("镇街、区县或项目", "鎮街、區縣或項目", "township, county or project"),
    },
    "change": {
        "new": ("新增", "新增", "new"),
        "gone": ("删去", "刪去", "gone"),
        "changed": ("改了", "改了", "changed"),
        "rule-new": ("规则新增", "規則新增", "new rule"),
        "rule-gone": ("规则没有了", "規則沒有了", "rule gone"),
        "subject-new": ("对象新增", "對象新增", "new subject"),
        "subject-gone": ("对象没有了", "對象沒有了", "subject gone"),
        "subject-succeeded": ("区划变更，有后继", "區劃變更，有後繼", "succeeded by others"),
        "subject-successor": ("区划变更，由前身而来", "區劃變更，由前身而來", "successor"),
    },
    "reason": {
        "partial-list": (
            "设施资料是不完整名录，没找到不等于没有",
            "設施資料是不完整名錄，沒找到不等於沒有",
            "the facility layer is a partial list: not found is not absent",
        ),
        "not-surveyed": (
            "没有任何资料覆盖这类设施",
            "沒有任何資料涵蓋這類設施",
            "no layer covers this category",
        ),
        "people-from-raster": (
            "人口是栅格推算的估计数，不是登记数",
            "人口是網格推算的估計數，不是登記數",
            "people are estimated from a raster, not counted",
        ),
        "people-from-buildings": (
            "人口分布由住宅建筑推算",
            "人口分布由住宅建築推算",
            "people are spread by dwelling floor area",
        ),
        "people-from-centre": (
            "没有人口资料，只从社区中心出发",
            "沒有人口資料，只從社區中心出發",
            "no people known; walked from the centre only",
        ),
        "far-from-way": (
            "超过一成居民离最近道路100米以上，路网可能不全",
            "超過一成居民離最近道路100公尺以上，路網可能不全",
            "over a tenth of the people are more than 100 m from any way",
        ),
        "no-footways": (
            "路网里没有人行道和步行小路，实际可能更近",
            "路網裡沒有人行道和步行小路，實際可能更近",
            "the network has no footways: the true walk may be shorter",
        ),
        "no-estate-ways": (
            "路网里没有小区内部道路，从家到路的一段按直线计",
            "路網裡沒有社區內部道路，從家到路的一段按直線計",
            "the network has no ways inside estates: from door to road goes straight",
        ),
        "way-kinds-unknown": (
            "路网没有道路种类，不知道哪些可以步行",
            "路網沒有道路種類，不知道哪些可以步行",
            "the network does not tell kinds of way: which may be walked is unknown",
        ),
        "circle-may-widen": (
            "政策允许特大、分散社区扩大范围，但尚未登记扩大到多少米",
            "政策允許特大、分散社區擴大範圍，但尚未登記擴大到多少公尺",
            "the circle may be widened here but nobody has recorded how far",
        ),
        "waits-unverified": (
            "计入过街等候和台阶就不够，不计就够；等候和台阶的用时待核，不据此判为未达标",
            "計入過街等候和臺階就不夠，不計就夠；等候和臺階的用時待核，不據此判為未達標",
            "short only by waits and steps whose seconds are unverified: nobody fails by them",
        ),
        "other-walker": (
            "按另一种步行者计算，只作参考，不作判定",
            "按另一種步行者計算，只作參考，不作判定",
            "computed for another walker: for information, judges nobody",
        ),
        "source-unverified": (
            "数字未经核实，不得据此判为未达标",
            "數字未經核實，不得據此判為未達標",
            "the figure is unverified and may not fail anyone",
        ),
        "no-threshold": (
            "政策没有印标准，只列出数字，不作判定",
            "政策沒有印標準，只列出數字，不作判定",
            "the policy prints no threshold: the figure is shown and judges nobody",
        ),
        "attribute-unknown": (
            "没有登记规则所看的属性，不知道是否适用",
            "沒有登記規則所看的屬性，不知道是否適用",
            "an attribute the rule looks at is not recorded: whether it applies is unknown",
        ),
        "outside-network": (
            "这里离路网文件里最近的道路1公里以上，资料没有覆盖到",
            "這裡離路網檔案裡最近的道路1公里以上，資料沒有涵蓋到",
            "the nearest way is over 1 km off: the files do not cover this place",
        ),
        "parts-not-assessed": (
            "有组成项尚未评估",
            "有組成項尚未評估",
            "some of its parts are not assessed",
        ),
        "not-recorded": (
            "没有登记",
            "沒有登記",
            "nothing is on record",
        ),
        "no-subjects": (
            "资料里没有这类对象",
            "資料裡沒有這類對象",
            "the data name no such subject",
        ),
        "records-disagree": (
            "同一天的登记数不一致",
            "同一天的登記數不一致",
            "records of the same day disagree",
        ),
        "period-open": (
            "本期还没有结束，登记数只是到目前为止的",
            "本期還沒有結束，登記數只是到目前為止的",
            "the period is not over: what is on record is what there is so far",
        ),
        "area-unknown": (
            "有设施没有登记面积，合计只是下限",
            "有設施沒有登記面積，合計只是下限",
            "the area of some facility is not recorded: the sum is a lower bound",
        ),
        "capacity-unknown": (
            "有设施没有登记床位、托位、座位数，合计只是下限",
            "有設施沒有登記床位、托位、座位數，合計只是下限",
            "the places of some facility are not recorded: the sum is a lower bound",
        ),
        "households-unknown": (
            "没有登记户数",
            "沒有登記戶數",
            "households are not recorded",
        ),
        "residents-unknown": (
            "没有登记常住人口",
            "沒有登記常住人口",
            "residents are not recorded",
        ),
        "zero-denominator": (
            "分母为0，无从计算",
            "分母為0，無從計算",
            "the denominator is 0",
        ),
        "estate-of-facility-unknown": (
            "资料只说设施属于哪个社区，没有说属于哪个小区",
            "資料只說設施屬於哪個社區，沒有說屬於哪個小區",
            "facilities are recorded by community, not by estate",
        ),
        "place-of-facility-unknown": (
            "有设施既没有坐标，也没有登记属于哪个社区",
            "有設施既沒有座標，也沒有登記屬於哪個社區",
            "some facility has neither coordinates nor a community on record",
        ),
        "built-not-operating": (
            "摸底说已建成而没有开展服务，不知道是否具备运营条件",
            "摸底說已建成而沒有開展服務，不知道是否具備運營條件",
            "the survey found it built but not serving: whether it is ready is unknown",
        ),
        "survey-disagrees": (
            "摸底结果与设施资料不一致",
            "摸底結果與設施資料不一致",
            "the survey and the layers of facilities disagree",
        ),
        "membership-unknown": (
            "有的没有登记属性，不知道该不该计入分母",
            "有的沒有登記屬性，不知道該不該計入分母",
            "for lack of an attribute it is unknown whether some belong to the denominator",
        ),
    },
}

_WORDS["reason"] |= {code: doubt.words for code, doubt in doubted().items()}


def word(kind: str, code: str, language: Language = "zh-Hans") -> str:
    """Return what a person reads for ``code`` of ``kind`` (for instance verdict, met).

    Raises KeyError for a kind or code that does not exist: a missing word is a bug, not input.
    """
    return _WORDS[kind][code][_LANGUAGES.index(language)]


def words(kind: str, language: Language = "zh-Hans") -> dict[str, str]:
    """Return every code of ``kind`` with its word."""
    return {code: word(kind, code, language) for code in _WORDS[kind]}


def kinds() -> tuple[str, ...]:
    """Return the kinds of word there are."""
    return tuple(_WORDS)
