"""The command and how it ends: exit codes, messages, no traceback for a person."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import traceback

import click

from lifecircle import __version__
from lifecircle.cli.ending import (
    BAD_INPUT,
    BROKEN,
    DONE,
    INTERRUPTED,
    MISUSED,
    TERMINATED,
    keep_report,
    signalled,
)
from lifecircle.cli.lazily import Lazy, LazyGroup
from lifecircle.cli.misuse import told
from lifecircle.terms.errors import LifecircleError, why

MOST_FAULTS = 20

_EPILOG = """\b
退出码：0 完成；1 检查发现不符；2 命令用法有误；3 输入或输出文件有问题（已逐条说明）；
70 程序自身出错；130 被中断、143 被终止（都不留写了一半的结果）。"""


COMMANDS = {
    "audit": Lazy("lifecircle.cli.platform:audit_group", "核对平台的审计链。"),
    "backup": Lazy(
        "lifecircle.cli.platform:backup_command", "备份平台的数据库和文件，别人照常使用。"
    ),
    "doctor": Lazy(
        "lifecircle.cli.platform:doctor_command", "检查平台：数据库、磁盘、备份、审计链。"
    ),
    "restore": Lazy("lifecircle.cli.platform:restore_command", "用一份备份换回平台的全部数据。"),
    "serve": Lazy("lifecircle.cli.platform:serve_command", "打开平台，用浏览器办理。"),
    "unlock": Lazy(
        "lifecircle.cli.platform:unlock_command", "给进不去的账号新的一次性密码，清除第二重验证。"
    ),
    "workdays": Lazy("lifecircle.cli.platform:workdays_command", "导入一年的放假和调休安排。"),
    "assess": Lazy(
        "lifecircle.cli.assessing:assess_command",
        "按政策包评估一个城市，写出结论、依据和地图。",
    ),
    "check": Lazy(
        "lifecircle.cli.checking:check_command",
        "检查一个城市的全部文件：错误、疑点、改法，一次说全。",
    ),
    "compare": Lazy(
        "lifecircle.cli.comparing:compare_command",
        "比较两次评估结果：哪些结论变了，因为哪一行或哪条规则。",
    ),
    "demo": Lazy(
        "lifecircle.cli.example:demo_command",
        "写出一座示例城市（模拟数据），可以马上评估。",
    ),
    "forms": Lazy(
        "lifecircle.cli.forms:forms_command",
        "写出给各单位填的工作簿样表，有下拉选项、说明和示例。",
    ),
    "packs": Lazy(
        "lifecircle.cli.packs:packs_group",
        "查看、检查政策包。",
    ),
    "plan": Lazy(
        "lifecircle.cli.planning:plan_command",
        "为缺口找空间，在预算内排出方案：做什么、谁得到、一社区一策。",
    ),
    "publish": Lazy(
        "lifecircle.cli.publishing:publish_group",
        "把评估结果变成给人看的：地图、手册、公文、台账、开放数据。",
    ),
    "reach": Lazy(
        "lifecircle.cli.reaching:reach_command",
        "等时圈、圆里走得到多少、床位托位够不够、走路远近均不均。",
    ),
    "scenario": Lazy(
        "lifecircle.cli.editing:scenario_command",
        "试改道路、大门、设施：谁走得更近，谁更远，差多少分钟。",
    ),
    "sensitivity": Lazy(
        "lifecircle.cli.sensing:sensitivity_command",
        "换一种假设再评估：步速、接路、人口分布、大门，哪些结论会变。",
    ),
    "trace": Lazy(
        "lifecircle.cli.tracing:trace_command",
        "查公文里一个数字的出处：哪次评估、规则、条文、填报的行。",
    ),
    "why": Lazy(
        "lifecircle.cli.explaining:why_command",
        "用白话说明一条结论：要求、实测、在哪里、怎么走、出处、怎样会变。",
    ),
}
"""Every command; its module is imported when it is run."""


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="lifecircle", message="%(prog)s %(version)s")
def main() -> None:
    """生活圈：按政策评估社区的15分钟生活圈，结果给出地图和逐条依据。

    \b
    先看一遍示例：   lifecircle demo --out 示例市
                     lifecircle assess 示例市 --out 结果
    看政策怎么判：   lifecircle packs show xian-2020
    收资料、查资料： lifecircle forms --out 资料表.xlsx
                     lifecircle check 城市文件夹
    """


def run() -> None:
    """Run the command line and exit with a code that means something."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Nobody multiplies matrices here; the threads for it would spin in wait of some.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Records live to the end of a run; looking for rings among them took an eighth of its time.
    gc.set_threshold(200_000, 20, 50)
    # A polite end unwinds the stack, so that no half-written folder stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        code = main.main(prog_name="lifecircle", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else DONE)
    except click.ClickException as error:
        click.echo(told(error), err=True)
        sys.exit(MISUSED)
    except LifecircleError as error:
        _tell(error)
        sys.exit(BAD_INPUT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as error:
        click.echo(f"错误：读写不了（{why(error)}）；请检查磁盘空间和权限。", err=True)
        sys.exit(BAD_INPUT)
    except BaseException as error:
        ended = signalled(error)
        if isinstance(ended, SystemExit):
            sys.exit(ended.code)
        if isinstance(ended, click.exceptions.Abort | KeyboardInterrupt):
            sys.exit(_interrupted())
        sys.exit(_broken())
    finally:
        gc.freeze()  # the last search for rings would go through all that ends with the process


def _tell(error: LifecircleError) -> None:
    """Show the faults, the first twenty of many."""
    for fault in error.faults[:MOST_FAULTS]:
        click.echo(f"错误：{fault}", err=True)
    if len(error.faults) > MOST_FAULTS:
        click.echo(f"另有{len(error.faults) - MOST_FAULTS}处错误，改好以上再看。", err=True)


def _interrupted() -> int:
    click.echo("已中断，没有留下写了一半的结果。", err=True)
    return INTERRUPTED


def _broken() -> int:
    log = keep_report(traceback.format_exc())
    click.echo(f"程序自身出错，请把 {log} 交给维护人员。", err=True)
    return BROKEN
