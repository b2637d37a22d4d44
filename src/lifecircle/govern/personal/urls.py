"""The routes of personal data."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.personal import views

app_name = "personal"
urlpatterns = [
    path("", views.list_, name="list"),
    path("find/", views.find, name="find"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.contact, name="contact"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/reveal/", views.reveal, name="reveal"),
    path("<uuid:pk>/hold/", views.hold, name="hold"),
    path("<uuid:pk>/erase/", views.erase, name="erase"),
    path("<uuid:pk>/export/", views.export, name="export"),
    path("users/<int:pk>/forget/", views.forget_user, name="forget_user"),
    path("users/<int:pk>/export/", views.export_user, name="export_user"),
]
