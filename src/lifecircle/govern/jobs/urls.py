"""The routes of jobs."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<int:number>/", views.page, name="page"),
    path("<int:number>/stop/", views.stop, name="stop"),
    path("<int:number>/again/", views.again, name="again"),
]
