"""The routes of imports."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<int:number>/", views.page, name="batch"),
    path("<int:number>/commit/", views.confirm, name="commit"),
    path("<int:number>/accept/", views.accept, name="accept"),
    path("<int:number>/discard/", views.throw_away, name="discard"),
    path("<int:number>/undo/", views.take_back, name="undo"),
    path("<int:number>/outlines.geojson", views.outlines, name="outlines"),
    path("<int:number>/faults.xlsx", views.faults, name="faults"),
    path("<int:number>/marked.xlsx", views.marked, name="marked"),
]
