"""The routes of surveys."""

from __future__ import annotations

from django.urls import URLPattern, path

from lifecircle.govern.surveys import (
    device_views,
    draft_views,
    return_views,
    section_views,
    views,
    workbook_views,
)

app_name = "surveys"
urlpatterns: list[URLPattern] = [
    path("", views.listed, name="list"),
    path("new/", draft_views.new, name="new"),
    path("<int:pk>/", views.page, name="round"),
    path("<int:pk>/change/", draft_views.changing, name="change"),
    path("<int:pk>/discard/", draft_views.discarding, name="discard"),
    path("<int:pk>/excused/", draft_views.excused, name="excused"),
    path("<int:pk>/preview/", draft_views.preview, name="preview"),
    path("<int:pk>/open/", views.opening, name="open"),
    path("<int:pk>/deadlines/", views.moving, name="deadlines"),
    path("<int:pk>/close/", views.closing, name="close"),
    path("<int:pk>/workbooks/", workbook_views.workbooks, name="workbooks"),
    path("<int:pk>/workbooks/<int:area>.xlsx", workbook_views.workbook_file, name="workbook_file"),
    path(
        "<int:pk>/workbooks/marked/<slug:sha256>.xlsx",
        workbook_views.workbook_marked,
        name="workbook_marked",
    ),
    path("worker.js", device_views.worker, name="worker"),
    path("device-key/", device_views.device_key, name="device_key"),
    path("returns/<int:pk>/", return_views.page, name="return"),
    path("returns/<int:pk>/device/", device_views.device, name="device"),
    path("returns/<int:pk>/hand-in/", return_views.handing_in, name="hand_in"),
    path("returns/<int:pk>/review/", return_views.reviewing, name="review"),
    path("returns/<int:pk>/history/", return_views.history, name="history"),
    path("returns/<int:pk>/<slug:code>/", section_views.section, name="section"),
]
