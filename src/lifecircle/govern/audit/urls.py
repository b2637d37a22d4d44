"""The routes of audit."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<int:number>/", views.entry, name="entry"),
    path("of/<slug:kind>/<str:name>/", views.subject, name="subject"),
    path("chain/", views.chain, name="chain"),
    path("export.jsonl", views.export, name="export"),
]
