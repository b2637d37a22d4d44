"""The form that brings a file in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.identity import no_number
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.reading import SUFFIXES
from lifecircle.govern.imports.targets import OUTLINES, targets, titled
from lifecircle.govern.widgets import SinceDay

DATUMS = (
    ("", _("请选择")),
    ("wgs84", _("WGS84 或 CGCS2000（天地图、测绘成果、手机定位）")),
    ("gcj02", _("GCJ-02（高德、腾讯）")),
    ("bd09", _("BD-09（百度）")),
)


class BringInForm(forms.Form):
    """A file, for which area, since when."""

    file = forms.FileField(label=_("文件"), max_length=200)
    area = forms.CharField(
        label=_("导入到哪个区划"),
        help_text=_("区划代码或名称；表里这个区划以外的行会退回。"),
        max_length=100,
    )
    form = forms.ChoiceField(
        label=_("哪种表"),
        required=False,
        help_text=_(
            "工作簿按工作表名认，可以不选；CSV、地图文件请选。Shapefile把.shp、.shx、.dbf、.prj压成一个zip。"
        ),
    )
    code_column = forms.CharField(
        label=_("区划代码在哪一列"),
        required=False,
        max_length=100,
        help_text=_("只用于边界；列名照文件里写，常见的列名自己认，可以不填。"),
    )
    datum = forms.ChoiceField(label=_("坐标是哪种"), choices=DATUMS)
    effective_on = SinceDay(label=_("自何日起属实"))
    complete = forms.BooleanField(label=_("表里是这个区划的全部，请列出表里没有的"), required=False)
    reason = forms.CharField(
        label=_("事由"), max_length=200, required=False, validators=[no_number]
    )

    def __init__(self, actor: Actor, *given: Any) -> None:
        super().__init__(*given)
        self.actor = actor
        kinds = [(form, titled(form)) for form in (*targets(), OUTLINES)]
        choice = self.fields["form"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("按工作表名认")), *kinds]
        self.fields["file"].widget.attrs["accept"] = ",".join(SUFFIXES)
        self.fields["effective_on"].initial = timezone.localdate
        widest = Area.objects.standing().visible_to(actor, RUN).order_by("path").first()
        if widest is not None:
            self.fields["area"].initial = widest.code or widest.name

    def clean_area(self) -> Area:
        """Return the area; one out of sight is told as none."""
        word = self.cleaned_data["area"].strip()
        seen = Area.objects.standing().visible_to(self.actor, RUN)
        found = list(seen.filter(code=word)[:1] or seen.filter(name=word)[:2])
        if len(found) > 1:
            raise ValidationError(_("有几个区划叫这个名称，请写区划代码。"))
        if not found:
            raise ValidationError(_("您的授权范围内没有这个区划。"))
        return found[0]
