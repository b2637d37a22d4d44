"""Looks the platform over and says in a sentence each what is well and what is not."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.backups.making import SUFFIX
from lifecircle.govern.inventory.city_files import missing
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.personal.handlers import KIND as EXPIRY
from lifecircle.govern.personal.locks import key_file, keys
from lifecircle.govern.personal.models import Contact, key_names
from lifecircle.govern.refused import Refused
from lifecircle.govern.site.failing import refusal
from lifecircle.govern.site.sealing import used as used_certificate
from lifecircle.govern.workdays.models import CalendarYear
from lifecircle.terms.errors import stop

GOOD, WARNING, BAD = "好", "注意", "有问题"
DATABASE = "数据库"
LEAST_FREE_BYTES = 2 * 1024**3
LAST_BACKUP = timedelta(hours=24)
LAST_DAYS = 30
NEXT_YEAR_FROM_MONTH = 11
"""The holidays of a year are announced in November of the year before."""

WITHOUT_KEYS = "备份里没有密钥文件 secret 和 personal-keys，这两个文件要另存一份"


@dataclass(frozen=True)
class Found:
    """One thing looked at: how it stands, a sentence, and what to do."""

    name: str
    state: str
    says: str
    remedy: str = ""


def examine(home: Path, today: date) -> Iterator[Found]:
    """Yield what was found, each as it is known; the audit's chain may take a while."""
    looks: tuple[Callable[[], Found], ...] = (
        _database,
        lambda: _disk(home),
        lambda: _secret(home),
        _personal_keys,
        lambda: _expiry(today),
        _city_files,
        lambda: _telephones(home),
        lambda: _calendar(today),
        lambda: _backups(home),
        _audit,
    )
    for look in looks:
        found = look()
        yield found
        if found.name == DATABASE and found.state != GOOD:
            return  # the other looks need its tables


def _database() -> Found:
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA quick_check")
                said = cursor.fetchone()[0]
            if said != "ok":
                return Found(DATABASE, BAD, f"数据库文件损坏：{said}", "停止使用，从备份恢复")
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        said = (refusal(error) or stop(str(error), remedy="检查数据库")).faults[0]
        return Found(DATABASE, BAD, said.reason, said.remedy)
    if waiting:
        says = f"结构有{len(waiting)}项没有更新"
        return Found(DATABASE, WARNING, says, "运行一次 lifecircle serve")
    return Found(DATABASE, GOOD, f"{connection.vendor}，结构是最新的")


def _disk(home: Path) -> Found:
    usage = shutil.disk_usage(home)
    says = f"还有{usage.free / 1024**3:.1f} GB"
    if usage.free < LEAST_FREE_BYTES:
        return Found("磁盘", BAD, says, "清理磁盘，或把数据移到大盘")
    return Found("磁盘", GOOD, says)


def _secret(home: Path) -> Found:
    file = home / "secret"
    if not file.exists():
        return Found("密钥", WARNING, "还没有密钥文件", "运行一次 lifecircle serve")
    if _others_read(file):
        return Found("密钥", BAD, f"{file} 别的账号也能读", f"运行 chmod 600 {file}")
    return Found("密钥", GOOD, "只有运行平台的账号能读")


def _others_read(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _personal_keys() -> Found:
    """Hold the keys against the contacts that they locked, by the fingerprint of each key."""
    name, back = "个人信息的密钥", "把原来的 personal-keys 文件放回平台的文件夹"
    file, used = key_file(), key_names()
    if not file.exists():
        if used:
            return Found(name, BAD, f"{file} 不在，联系人打不开", back)
        return Found(name, GOOD, "还没有登记联系人，登记第一位时自动建立")
    if _others_read(file):
        return Found(name, BAD, f"{file} 别的账号也能读", f"运行 chmod 600 {file}")
    try:
        held = [key.name for key in keys()]
    except Refused as refusal:
        return Found(name, BAD, refusal.reason, back)
    if missing := used - set(held):
        says = f"有联系人用别的密钥锁着（指纹 {'、'.join(sorted(missing))}），打不开"
        return Found(name, BAD, says, back)
    return Found(name, GOOD, f"能打开全部联系人，指纹 {'、'.join(held)}")


def _expiry(today: date) -> Found:
    name, yesterday = "到期的个人信息", today - timedelta(days=1)
    remedy = "让 lifecircle serve 一直运行，并在“后台任务”里看删除任务有没有中断"
    done = Job.objects.filter(kind=EXPIRY, state=State.DONE)
    last = done.order_by("-key").values_list("key", flat=True).first()
    says = f"最近一次删除在{last}" if last else "还没有删除过"
    if late := Contact.objects.over(yesterday).count():
        return Found(name, BAD, f"{late}位联系人过了期还在，{says}", remedy)
    if not last or last < str(yesterday):
        return Found(name, WARNING, says, remedy)
    return Found(name, GOOD, says)


def _city_files() -> Found:
    says = "\n".join(map(str, missing(Path(settings.CITY)))).removesuffix("。")
    if says:
        return Found("城市资料", WARNING, f"现在不能评估：{says}", "照 docs/assessments.md 放好")
    return Found("城市资料", GOOD, "路网、边界等文件都在")


def _telephones(home: Path) -> Found:
    """Say whether telephones can fill in a survey without a network."""
    name, remedy = "手机断网填报", "用 lifecircle serve --tls 启动，或者在前面放有证书的网关"
    own = used_certificate(home)
    if own is None and os.environ.get("LIFECIRCLE_TLS") == "1":
        return Found(name, GOOD, "平台前面有 https")
    if own is None:
        says = "平台没有用 https，手机断网填不了，ODK Collect 也连不上"
        return Found(name, WARNING, says, remedy)
    days = (own.not_valid_after_utc - datetime.now(UTC)).days
    if days < 0:
        return Found(name, BAD, "证书已经过期，手机打不开平台", "换一张证书，重新启动平台")
    if days < LAST_DAYS:
        return Found(name, WARNING, f"证书还有{days}天到期", "换一张证书，重新启动平台")
    return Found(name, GOOD, f"有证书，还有{days}天")


def _calendar(today: date) -> Found:
    wanted = [today.year] + [today.year + 1] * (today.month >= NEXT_YEAR_FROM_MONTH)
    known = set(CalendarYear.objects.filter(year__in=wanted).values_list("year", flat=True))
    missing = [str(year) for year in wanted if year not in known]
    if missing:
        says = f"缺{'、'.join(missing)}年，期限算到那一年会停下来"
        remedy = "国务院办公厅公布放假安排后，用 lifecircle workdays 导入"
        return Found("工作日历", BAD if str(today.year) in missing else WARNING, says, remedy)
    return Found("工作日历", GOOD, f"有{'、'.join(map(str, wanted))}年")


def _backups(home: Path) -> Found:
    remedy = "每天运行一次 lifecircle backup，副本另存一处"
    made = [path.stat().st_mtime for path in (home / "backups").glob(f"*{SUFFIX}")]
    if not made:
        return Found("备份", BAD, f"一份备份也没有；{WITHOUT_KEYS}", remedy)
    last = datetime.fromtimestamp(max(made), UTC)
    hours = (datetime.now(UTC) - last) / timedelta(hours=1)
    says = f"最近一份在{hours:.0f}小时前；{WITHOUT_KEYS}"
    if hours > LAST_BACKUP / timedelta(hours=1):
        return Found("备份", BAD, says, remedy)
    return Found("备份", GOOD, says)


def _audit() -> Found:
    found = verify_database()
    if found.number:
        says = f"第{found.number}条{found.reason}"
        return Found("审计链", BAD, says, "保留现场，报告负责审计的人，与备份里的链尾核对")
    return Found("审计链", GOOD, f"{found.count}条全部接得上，链尾 {found.hash[:12]}")
