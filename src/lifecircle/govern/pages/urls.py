"""The routes of the frame; they have no namespace, every page links to them."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_, name="help"),
    path("look/", views.look, name="look"),
]
