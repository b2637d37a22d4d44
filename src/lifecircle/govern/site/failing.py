"""What is said where something fails: of requests no view answers, of a database that refuses."""

from __future__ import annotations

import sys
from http import HTTPStatus

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from lifecircle.terms.errors import InputError, stop

_REFUSALS = (
    (("disk is full", "space left"), "磁盘满了，数据库写不进去", "清出空间，再做一次"),
    (("readonly", "read-only"), "数据库只能读", "让运行平台的账号能写数据库和 --home 里的文件"),
    (("unable to open",), "打不开数据库文件", "检查 --home 里的文件和权限"),
    (("is locked",), "数据库正被别的程序占着", "过一会儿再做一次"),
    (("malformed", "not a database"), "数据库文件损坏", "停止使用，从备份恢复"),
)
"""By words of the databases: what that means, and the remedy."""

_ADDRESS = "写成 postgres://用户:密码@主机:端口/库名"


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that is not there, or that must not be seen."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    told = {"reason": _("没有这一项，或者不在您的授权范围内"), "remedy": ""}
    return JsonResponse(told, status=404)


def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read: too large, too many fields."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    told = {"reason": _("请求读不懂，或者太大"), "remedy": _("按接口的说明写")}
    return JsonResponse(told, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer where a program is at fault, or 503 where the database is away for a while."""
    error = sys.exc_info()[1]
    away = isinstance(error, Exception) and refusal(error) is not None
    if not request.path.startswith("/api/"):
        answer: HttpResponse = defaults.server_error(request)
    else:
        reason = _("平台的数据库暂时不能用") if away else _("平台出错了")
        told = {"reason": reason, "remedy": _("过几分钟照原样再试；仍然不行，找管理平台的人")}
        answer = JsonResponse(told, status=500)
    if away:
        answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        answer.headers["Retry-After"] = "60"
    return answer


def refusal(error: Exception) -> InputError | None:
    """Return what a person is told of a database that is away or refuses; None of other errors."""
    if isinstance(error, dj_database_url.UnknownSchemeError | dj_database_url.ParseError):
        return stop("看不懂数据库的地址", place="DATABASE_URL", remedy=_ADDRESS)
    if isinstance(error, ImproperlyConfigured):
        return stop(f"设置有误（{error}）", remedy="检查环境变量")
    if not isinstance(error, DatabaseError):
        return None
    said = " ".join(str(error).split())
    for words, reason, remedy in _REFUSALS:
        if any(word in said.lower() for word in words):
            return stop(reason, remedy=remedy)
    if isinstance(error, OperationalError):
        remedy = "检查 DATABASE_URL 和数据库服务"
        return stop(f"数据库连不上或者中断了（{said}）", place="DATABASE_URL", remedy=remedy)
    return None
