"""Rounds, the return of each community, its answers with what they were before."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.surveys.questions import LONGEST_KEY, Form


class Channel(models.TextChoices):
    """By which way an answer came."""

    PAGE = "page", _("网页填报")
    TELEPHONE = "telephone", _("电话代填")
    PAPER = "paper", _("纸质代填")
    WORKBOOK = "workbook", _("表格导入")
    COLLECT = "collect", _("ODK Collect")
    OFFLINE = "offline", _("离线填报")


ON_BEHALF = frozenset({Channel.TELEPHONE, Channel.PAPER})
"""Channels by which one person enters what another said: from whom and when is noted."""


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "survey.view") -> RoundQuerySet:
        """Return the rounds of areas where a permission is held, or with a return of one of them.

        Below the area of a round one knows that it is held, and sees the own returns of it
        (`ReturnQuerySet.visible_to`). A draft has none: those who hold the area know it.
        """
        own = Return.objects.visible_to(actor, permission).filter(round=OuterRef("pk"))
        return self.filter(actor.scope(permission, "area__path") | Exists(own))


class Round(models.Model):
    """A survey of all communities of an area under a pack, as on a day.

    ``form`` is what is asked, frozen at opening (`questions.Form.plain`). Communities hand in until
    ``due_on``, townships review until ``review_due_on``, both included. ``exceptions`` are the
    returns that it was closed without, by id with the reason; ``sha256`` is of all its answers,
    taken when it is closed. ``excused`` are the communities that need not report, by the id of
    their area with the reason: they get no return, so that they stay unsurveyed. ``version`` grows
    with every change of the plan, so that a change made of an older one is refused.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("拟定中")
        OPENING = "opening", _("正在准备填报")
        OPEN = "open", _("填报中")
        CLOSING = "closing", _("正在写入台账")
        CLOSED = "closed", _("已办结")
        PUBLISHED = "published", _("已作为底数公布")

    pack = models.CharField(_("政策包"), max_length=64)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("范围"))
    title = models.CharField(_("名称"), max_length=100)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    as_on = models.DateField(_("底数日期"))
    opens_on = models.DateField(_("开始填报"))
    due_on = models.DateField(_("社区报送期限"))
    review_due_on = models.DateField(_("乡镇级审核期限"))
    excused = models.JSONField(_("免报的社区"), default=dict)
    version = models.PositiveIntegerField(_("版次"), default=1)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.DRAFT)
    form = models.JSONField(_("问题"), default=dict)
    form_sha256 = models.CharField(_("问题指纹"), max_length=64, blank=True)
    actor = models.CharField(_("办理人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    drafted_at = models.DateTimeField(_("拟定时间"), auto_now_add=True)
    opened_at = models.DateTimeField(_("开始时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_by = models.CharField(_("办结人"), max_length=150, blank=True)
    published_at = models.DateTimeField(_("公布时间"), null=True)
    published_by = models.CharField(_("公布人"), max_length=150, blank=True)
    exceptions = models.JSONField(_("例外"), default=dict)
    sha256 = models.CharField(_("底数指纹"), max_length=64, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("摸底轮次")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=("draft", "opening", "open", "closing", "closed", "published")
                ),
                name="round_state_known",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")) & Q(review_due_on__gte=F("due_on")),
                name="round_days_in_order",
                violation_error_message=_("报送期限不能早于开始填报，审核期限不能早于报送期限"),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        """Say whether nothing is entered or written any more: who was left out stays so."""
        return self.state in (self.State.CLOSED, self.State.PUBLISHED)

    @property
    def asks(self) -> Form:
        """Return what is asked, as it was frozen; raises KeyError of a draft."""
        return Form.of_plain(self.form)


class Move(models.Model):
    """That the deadlines of an open round were moved: from which days to which, by whom, why."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="moves")
    due_before = models.DateField(_("原来的社区报送期限"))
    review_due_before = models.DateField(_("原来的乡镇级审核期限"))
    due_on = models.DateField(_("社区报送期限"))
    review_due_on = models.DateField(_("乡镇级审核期限"))
    reason = models.CharField(_("原因"), max_length=500)
    actor = models.CharField(_("办理人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("期限改动")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.round_id} {self.due_on} {self.review_due_on}"


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "survey.view") -> ReturnQuerySet:
        """Return the returns of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class Return(models.Model):
    """What one community returns in a round.

    ``on_file`` are the records of the community at opening, by section and row key, each with
    ``label``, ``values`` by question, and ``seen``, the version that was shown. ``asked`` and
    ``answered`` count the required questions. ``version`` grows with every step, so that a step
    made of an older state is refused. ``missing`` says why it was handed in with blanks,
    ``unwritten`` which rows closing left as they are, each with the reason.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("填报中")
        HANDED_IN = "handed_in", _("已报送，待审核")
        SENT_BACK = "sent_back", _("已退回，待改正")
        REVIEWED = "reviewed", _("已审核")
        CLOSED = "closed", _("已办结")

    round = models.ForeignKey(Round, models.PROTECT, related_name="returns")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区"))
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(_("版次"), default=1)
    on_file = models.JSONField(_("记录"), default=dict)
    asked = models.PositiveIntegerField(_("应答"), default=0)
    answered = models.PositiveIntegerField(_("已答"), default=0)
    missing = models.CharField(_("缺项原因"), max_length=300, blank=True)
    unwritten = models.JSONField(_("没有写入台账的"), default=list)
    reason = models.CharField(_("退回原因"), max_length=500, blank=True)
    handed_in_at = models.DateTimeField(_("报送时间"), null=True)
    reviewed_at = models.DateTimeField(_("审核时间"), null=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("填报")
        ordering = ("area__path",)
        constraints = (
            models.UniqueConstraint(fields=("round", "area"), name="return_once"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "handed_in", "sent_back", "reviewed", "closed")),
                name="return_state_known",
            ),
            models.CheckConstraint(
                condition=Q(answered__lte=F("asked")), name="return_answered_of_asked"
            ),
        )
        indexes = (models.Index(fields=("round", "state"), name="return_by_state"),)

    def __str__(self) -> str:
        return f"{self.round} {self.area}"


class Step(models.Model):
    """A step of a return: to which state, by whom, when, why."""

    back = models.ForeignKey(Return, models.PROTECT, related_name="steps")
    to = models.CharField(_("到"), max_length=16, choices=Return.State.choices)
    actor = models.CharField(_("办理人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    reason = models.CharField(_("原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("填报步骤")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.back_id} {self.to}"


class Submission(models.Model):
    """What a client sent in one go, under its own id: sent again, it is not entered again.

    ``content_sha256`` is the hash of what was sent, so that another content under the same id is
    told from a repetition.
    """

    instance = models.UUIDField(_("编号"), unique=True)
    back = models.ForeignKey(Return, models.PROTECT, related_name="submissions")
    channel = models.CharField(_("途径"), max_length=16, choices=Channel.choices)
    content_sha256 = models.CharField(_("内容指纹"), max_length=64, blank=True)
    saved = models.PositiveIntegerField(_("写入"), default=0)
    actor = models.CharField(_("报送人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("上报")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.instance)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "survey.view") -> AnswerQuerySet:
        """Return the answers of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "back__area__path"))


class Answer(models.Model):
    """An answer to a question about a row, until a later one closed it; nothing is overwritten.

    ``row`` is the key of the row, "" in a section asked once. ``value`` is what `values.read`
    returns; None says that an earlier answer was taken back. ``note`` tells from whom it was heard
    where it was entered on behalf: a post, never a name; ``said_on`` when.
    """

    back = models.ForeignKey(Return, models.PROTECT, related_name="answers")
    question = models.CharField(_("问题"), max_length=64)
    row = models.CharField(_("行"), max_length=LONGEST_KEY, blank=True)
    value = models.JSONField(_("回答"), null=True)
    channel = models.CharField(_("途径"), max_length=16, choices=Channel.choices)
    note = models.CharField(_("谁说的"), max_length=200, blank=True)
    said_on = models.DateField(_("说的日期"), null=True)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="answers")
    actor = models.CharField(_("填写人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    at = models.DateTimeField(_("时间"))
    closed_at = models.DateTimeField(_("被更正时间"), null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("回答")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("back", "question", "row"),
                condition=Q(closed_at__isnull=True),
                name="answer_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="answer_channel_known"
            ),
        )
        indexes = (models.Index(fields=("back", "question", "row"), name="answer_history"),)

    def __str__(self) -> str:
        return f"{self.back_id} {self.question} {self.row}"
