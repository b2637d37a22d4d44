"""The routes of files."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.files import views

app_name = "files"
urlpatterns = [
    path("of/<int:record>/", views.of_record, name="of_record"),
    path("<int:number>/shown/", views.shown, name="shown"),
    path("<int:number>/original/", views.original, name="original"),
]
