"""The platform from a shell: `serve`, `backup`, `restore`, `doctor`, `audit`, `workdays`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from lifecircle.place.sources import read_sources
from lifecircle.terms.errors import InputError, LifecircleError, stop

if TYPE_CHECKING:
    from lifecircle.govern.site.start import Opening

DEFAULT_HOME = Path("lifecircle-data")
FAILED = 1
_PATH = click.Path(path_type=Path)
_PORT = click.IntRange(1, 65535)
Command = TypeVar("Command", bound=Callable[..., Any])


def _home(command: Command) -> Command:
    """Give a command its home; what the database refuses it says in a sentence."""

    @wraps(command)
    def told(*given: Any, **named: Any) -> Any:
        try:
            return command(*given, **named)
        except LifecircleError:
            raise
        except Exception as error:
            said = _refusal(error)
            if said is None:
                raise
            raise said from error

    return click.option(
        "--home",
        type=_PATH,
        envvar="LIFECIRCLE_HOME",
        default=DEFAULT_HOME,
        show_default=True,
        help="平台存放数据库、文件、密钥和备份的文件夹。",
    )(cast("Command", told))


@click.command("serve")
@_home
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="在哪个地址上听；0.0.0.0 是全部。"
)
@click.option("--port", type=_PORT, default=8000, show_default=True, help="端口。")
@click.option("--name", "names", multiple=True, help="别人用什么主机名或地址打开，可写几次。")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="几个进程回答请求。",
)
@click.option("--pack", "packs", multiple=True, help="本市适用的政策包，可写几次。")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="前面有一层代理，它写 X-Forwarded-For，别人不能绕过它：登录失败按它报的来处算。",
)
@click.option("--city", help="第一次启动：城市的名称，例如 示例市。")
@click.option(
    "--folder",
    type=_PATH,
    help="第一次启动：城市的资料文件夹，区划、设施等档案和路网都从它载入，名称是里面写的 title。",
)
@click.option(
    "--demo", type=_PATH, help="演示：装入示例城市文件夹，每种角色一个账号，不要第二重验证。"
)
@click.option(
    "--tls",
    is_flag=True,
    help="用 https 打开，手机断网填报要用它；不写证书和私钥的，自制一张放在 --home 里。",
)
@click.argument("certificate", type=_PATH, required=False)
@click.argument("key", type=_PATH, required=False)
def serve_command(
    home: Path,
    host: str,
    port: int,
    names: tuple[str, ...],
    workers: int,
    packs: tuple[str, ...],
    behind_proxy: bool,  # noqa: FBT001 - click gives it
    city: str | None,
    folder: Path | None,
    demo: Path | None,
    tls: bool,  # noqa: FBT001 - click's call
    certificate: Path | None,
    key: Path | None,
) -> None:
    """打开平台，按 Ctrl-C 停止。

    第一次启动要写城市名称或资料文件夹，会建一个管理员账号，密码只显示一次；
    以后直接 lifecircle serve。
    数据库默认用 SQLite，放在 --home 里；正式使用请设环境变量 DATABASE_URL 用 PostgreSQL。

    \b
    lifecircle serve --city 示例市
    lifecircle serve --folder 城市文件夹
    lifecircle serve --host 0.0.0.0 --name 10.1.2.3 --tls 证书.pem 私钥.pem
    DATABASE_URL=postgres://用户:密码@127.0.0.1/库名 lifecircle serve --host 0.0.0.0 --name 10.1.2.3
    """
    start = _start()
    if sum(map(bool, (city, folder, demo))) > 1:
        remedy = "只写一个；从资料文件夹开始的，城市名称写在 lifecircle.toml 的 title"
        raise stop("--city、--folder、--demo 不能一起写", place="--folder", remedy=remedy)
    files = folder or demo
    known = packs or (read_sources(files).packs if files else ())
    hosts = ("127.0.0.1", "localhost", *names)
    if (certificate is None) != (key is None) or (certificate and not tls):
        remedy = "写成 --tls 证书.pem 私钥.pem，或者只写 --tls"
        raise stop("证书和私钥要一起给出，前面写 --tls", place="--tls", remedy=remedy)
    place = home.absolute()
    with start.alone(place):
        seal, told = start.sealed(place, hosts, certificate, key) if tls else (None, [])
        opening = start.Opening(
            place, host, port, hosts, demo is not None, workers, known, behind_proxy, seal
        )
        start.reachable(opening)
        start.prepare(opening)
        if not tls:
            start.unsealed(place)
        for line in (*start.first(city, demo, folder), *told):
            click.echo(line)
        click.echo(f"平台在 http{'s' * tls}://{host}:{port} ，按 Ctrl-C 停止。")
        start.serve(opening)


@click.command("backup")
@_home
@click.option(
    "--out", type=_PATH, help="写到哪个文件；不写就放进 --home 里的 backups，按时间起名。"
)
def backup_command(home: Path, out: Path | None) -> None:
    """备份数据库和全部文件，别人照常使用。

    备份不分数据库：SQLite 写出的可以恢复到 PostgreSQL，反过来也行。密钥不在备份里。
    """
    _opened(home)
    if out:
        _require_new(out)
    from lifecircle.govern.backups.making import SUFFIX, back_up  # noqa: PLC0415 - after the settings

    name = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
    made = back_up(out or home / "backups" / f"{name}{SUFFIX}")
    click.echo(f"已备份：{made.file}，{made.rows}行，{made.files}个文件。")
    click.echo(f"审计链尾：{made.audit_number} {made.audit_hash}，请另记一处。")


@click.command("restore")
@click.argument("backup", type=_PATH)
@_home
def restore_command(backup: Path, home: Path) -> None:
    """用一份备份换回全部数据；先把整份备份查一遍，坏的不用。

    平台要先停下来。现有数据会先自动备份一份；所有人要重新登录。
    """
    if not backup.is_file():
        raise stop("没有这个备份文件", file=backup, remedy="核对文件名；现有数据没有动")
    start = _start()
    with start.alone(home.absolute()):
        start.prepare(start.Opening(home.absolute()))
        from lifecircle.govern.backups.making import SUFFIX, back_up  # noqa: PLC0415
        from lifecircle.govern.backups.restoring import restore  # noqa: PLC0415

        now = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
        kept = back_up(home / "backups" / f"恢复前-{now}{SUFFIX}")
        manifest = restore(backup)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    made_at = datetime.fromisoformat(manifest["made_at"]).astimezone()
    click.echo(
        f"已恢复到{made_at:%Y-%m-%d %H:%M}的备份：{rows}行，{len(manifest['files'])}个文件。"
    )
    click.echo(f"原来的数据备份在 {kept.file}。")


@click.command("doctor")
@_home
def doctor_command(home: Path) -> None:
    """检查平台：数据库、磁盘、密钥、到期的个人信息、工作日历、备份、审计链。

    退出码：没有问题为0，有问题为1。
    """
    _opened(home)
    from lifecircle.govern.site.doctor import BAD, examine  # noqa: PLC0415 - after the settings

    worst = 0
    for found in examine(home, date.today()):
        remedy = f"；请{found.remedy}" if found.remedy else ""
        click.echo(f"{found.state}\t{found.name}：{found.says}{remedy}。")
        worst = max(worst, FAILED if found.state == BAD else 0)
    click.get_current_context().exit(worst)


@click.command("unlock")
@click.argument("username", metavar="用户名")
@click.option("--reason", default="", help="事由，记入审计。")
@_home
def unlock_command(username: str, reason: str, home: Path) -> None:
    """给进不去的账号一个新的一次性密码，清除它的第二重验证，解除锁定。

    平台上没有人能办时才用：唯一的管理员丢了手机和备用码，或者换机器恢复后没有原来的密钥 secret。
    平台开着也能用；记入审计。
    """
    _opened(home)
    from lifecircle.govern.accounts.models import User  # noqa: PLC0415 - after the settings
    from lifecircle.govern.accounts.people import reset_password, reset_second_factor  # noqa: PLC0415
    from lifecircle.govern.actor import system  # noqa: PLC0415

    user = User.objects.filter(username=username.strip().lower()).first()
    if user is None:
        raise stop(f"没有叫 {username} 的账号", remedy="核对用户名，第一次启动建的是 admin")
    actor = system("lifecircle unlock")
    reset_second_factor(actor, user, reason=reason)
    password = reset_password(actor, user, reason=reason)
    click.echo(f"新的一次性密码，只显示这一次：{password}")
    click.echo("登录后改成自己的密码，再启用第二重验证。")


@click.group("audit")
def audit_group() -> None:
    """核对、导出审计记录。"""


@audit_group.command("verify")
@_home
@click.option("--anchor", help="库外记下的链尾，写成 序号:指纹。")
def verify_command(home: Path, anchor: str | None) -> None:
    """从头核对审计链，指出第一条不对的记录。

    退出码：全部接得上为0，有不对的为1。
    """
    _opened(home)
    from lifecircle.govern.audit.verify import verify_database  # noqa: PLC0415

    found = verify_database(_anchor(anchor) if anchor else None)
    if found.number:
        click.echo(f"第{found.number}条不对：{found.reason}。它以前的{found.count}条接得上。")
    else:
        click.echo(f"{found.count}条全部接得上。链尾：{found.count}:{found.hash}")
    click.get_current_context().exit(FAILED if found.number else 0)


@audit_group.command("export")
@click.argument("file", type=_PATH)
@_home
def export_command(file: Path, home: Path) -> None:
    """把全部审计记录导出成文件，每行一条JSON。

    不装平台也能核对：python -m lifecircle.govern.audit.chain 文件
    """
    _opened(home)
    _require_new(file)
    from lifecircle.govern.audit.verify import rows  # noqa: PLC0415 - after the settings
    from lifecircle.publish.folder import whole_file  # noqa: PLC0415

    count = 0
    with whole_file(file, overwrite=False) as path, path.open("w", encoding="utf-8") as out:
        for row in rows():
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"已导出{count}条：{file}")


@click.command("workdays")
@click.argument("file", type=_PATH)
@_home
def workdays_command(file: Path, home: Path) -> None:
    """导入一年的放假和调休安排。

    FILE 是 CSV，三列：日期（2027-01-01）、上班（是/否）、名目；只写与平常不同的日子。
    """
    _opened(home)
    from lifecircle.govern.actor import system  # noqa: PLC0415 - after the settings
    from lifecircle.govern.workdays.reading import read_year  # noqa: PLC0415
    from lifecircle.govern.workdays.services import load  # noqa: PLC0415

    year, days = read_year(file)
    load(system("lifecircle workdays"), year, days, file.name)
    click.echo(f"{year}年：放假{sum(not works for works, _ in days.values())}天，"
               f"周末上班{sum(works for works, _ in days.values())}天。")  # fmt: skip


def _require_new(file: Path) -> None:
    if file.exists():
        raise stop("已经有同名的文件，没有改动", file=file, remedy="换个名字")


def _anchor(text: str) -> tuple[int, str]:
    number, _, hashed = text.partition(":")
    if not number.isdigit() or len(hashed) != 64:
        raise stop("看不懂链尾", place="--anchor", remedy="写成 序号:64位指纹，照备份时显示的抄")
    return int(number), hashed


def _opened(home: Path) -> Opening:
    """Open a home that is there already."""
    if not (home / "secret").exists():
        raise stop(
            "这里还没有平台的数据", file=home, place="--home", remedy="先运行 lifecircle serve"
        )
    start = _start()
    opening: Opening = start.Opening(home.absolute())
    start.settle(opening)
    return opening


def _refusal(error: Exception) -> InputError | None:
    """Return what to say of an error where the database is what failed."""
    try:
        from lifecircle.govern.site.failing import refusal  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return None
    return refusal(error)


def _start() -> Any:
    try:
        from lifecircle.govern.site import start  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise stop(
            f"平台要用的软件没有装全（缺 {error.name}）",
            remedy='运行 pip install "lifecircle[platform]"',
        ) from error
    return start
