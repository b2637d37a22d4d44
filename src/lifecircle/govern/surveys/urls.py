"""The routes of surveys."""

from __future__ import annotations

from django.urls import URLPattern, path

from lifecircle.govern.surveys import return_views, views

app_name = "surveys"
urlpatterns: list[URLPattern] = [
    path("", views.listed, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="round"),
    path("<int:pk>/open/", views.opening, name="open"),
    path("<int:pk>/close/", views.closing, name="close"),
    path("<int:pk>/publish/", views.publishing, name="publish"),
    path("returns/<int:pk>/", return_views.page, name="return"),
    path("returns/<int:pk>/hand-in/", return_views.handing_in, name="hand_in"),
    path("returns/<int:pk>/review/", return_views.reviewing, name="review"),
    path("returns/<int:pk>/history/", return_views.history, name="history"),
    path("returns/<int:pk>/<slug:code>/", return_views.section, name="section"),
]
