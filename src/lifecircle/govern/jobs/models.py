"""Jobs: work that goes on after an answer was given, and survives the death of who does it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.jobs.sentences import only_chinese, read


class State(models.TextChoices):
    """How far a job is."""

    WAITING = "waiting", _("等待")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有办成")
    STOPPED = "stopped", _("已停止")


ENDED = frozenset({State.DONE, State.FAILED, State.STOPPED})


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "job.view") -> JobQuerySet:
        """Return the jobs of the areas where a permission is held, and one's own."""
        seen = actor.scope(permission, "area_path")
        return self.filter(seen | Q(user_id=actor.user_id) if actor.user_id else seen)

    def open(self) -> JobQuerySet:
        """Return the jobs that are not at their end."""
        return self.exclude(state__in=ENDED)


class Job(models.Model):
    """A piece of work, once for each kind and key.

    ``cursor`` says how far it came: it moves in the transaction of the step that it tells of.
    ``lease`` grows with each taking; what the holder of an older lease writes is dropped.
    ``attempt`` counts the takings since the cursor last moved. ``title`` and ``said`` are kept as
    `sentences.kept` does, so that each reader reads them in their own language.
    """

    kind = models.CharField(_("类别"), max_length=64)
    key = models.CharField(_("标识"), max_length=128)
    title = models.CharField(_("名称"), max_length=1000, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.WAITING)
    cursor = models.JSONField(null=True)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    of = models.PositiveIntegerField(_("共"), default=0)
    attempt = models.PositiveSmallIntegerField(_("尝试"), default=0)
    due_at = models.DateTimeField(_("不早于"))
    lease = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(_("承办进程"), max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(_("最近一次动静"), null=True)
    stop_asked = models.BooleanField(_("已要求停止"), default=False)
    said = models.TextField(_("结果"), blank=True)
    actor = models.CharField(_("操作人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True, db_index=True)
    area_path = models.CharField(_("区划"), max_length=200, blank=True, db_index=True)
    created_at = models.DateTimeField(_("提交时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(state__in=("waiting", "running")), name="job_open"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("kind", "key"), name="job_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False),
                name="job_running_is_leased",
            ),
        )

    def __str__(self) -> str:
        return read(self.title) or f"{self.kind} {self.key}"

    @property
    def ended(self) -> bool:
        """Say whether nothing more happens to it by itself."""
        return self.state in ENDED

    @property
    def sentence(self) -> str:
        """Return what it said at its end, in the reader's language."""
        return read(self.said)

    @property
    def in_chinese(self) -> bool:
        """Say whether that is Chinese whatever the reader reads: the fault of a file."""
        return only_chinese(self.said)

    @property
    def percent(self) -> int:
        """Return how much is done, 0 to 100."""
        return 100 if self.state == State.DONE else 100 * self.done // self.of if self.of else 0
