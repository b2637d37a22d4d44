"""The 12-digit codes of the statistical divisions: what each part says, and whether it fits.

Source: 统计用区划代码和城乡划分代码编制规则 (6 digits of GB/T 2260, 3 of the township, 3 of the
community or village). Which last digits are communities or villages is read off the published
lists, not verified in the rule itself (待核); a doubt there is told, never refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lifecircle.govern.areas.choices import Level
from lifecircle.place.areas.communities import kind_by_code

DIGITS = 12
OF_LEVEL = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.COMMUNITY: 12}
"""How many digits of a code are of an area of each level; zeros follow."""

URBAN_RURAL = ("111", "112", "121", "122", "123", "210", "220")
"""The codes of the class urban or rural."""


def level_of(code: str) -> Level | None:
    """Return the level of a code, None of what is no code of these levels."""
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    for level, digits in OF_LEVEL.items():
        if not code[digits:].strip("0") and code[:digits].rstrip("0"):
            return level
    return Level.COMMUNITY


def problems(code: str, level: Level, above: str = "", kind: str = "") -> Iterator[str]:
    """Yield what is wrong with the code of an area; ``above`` is its parent's code."""
    if not code:
        return
    if level == Level.GRID:
        yield _("网格没有统计用区划代码，编号写在“网格编号”")
        return
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        yield _("区划代码要12位数字，“%s”不是") % code
        return
    if level_of(code) != level:
        yield _("代码 %(code)s 不是%(level)s的代码") % {"code": code, "level": level.label}
    shared = OF_LEVEL[LEVEL_ABOVE[level]] if level in LEVEL_ABOVE else 0
    if above and code[:shared] != above[:shared]:
        yield _("代码前%(digits)d位与上级的 %(above)s 不同") % {"digits": shared, "above": above}
    if level == Level.COMMUNITY and kind and kind_by_code(code) != kind:
        yield _("代码末三位与类型（社区或村）不符")


LEVEL_ABOVE = {
    Level.COMMUNITY: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.COUNTY,
    Level.COUNTY: Level.CITY,
}


def parent_code(code: str) -> str:
    """Return the code of the area above the one of a code, empty of a city."""
    level = level_of(code)
    if level not in LEVEL_ABOVE:
        return ""
    digits = OF_LEVEL[LEVEL_ABOVE[level]]
    return code[:digits].ljust(DIGITS, "0")
