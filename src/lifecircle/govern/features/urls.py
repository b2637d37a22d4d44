"""The routes of features."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "features"
urlpatterns: list[URLPattern] = []
