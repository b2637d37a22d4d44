"""The routes of publications."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.publications import views

app_name = "publications"
urlpatterns = [
    path("", views.index, name="list"),
    path("offered/", views.offered, name="offered"),
    path("propose/<slug:kind>/<int:subject>/", views.propose_one, name="propose"),
    path("<int:number>/", views.page, name="page"),
    path("<int:number>/approve/", views.approve_one, name="approve"),
    path("<int:number>/refuse/", views.refuse_one, name="refuse"),
    path("<int:number>/withdraw/", views.withdraw_one, name="withdraw"),
    path("<int:number>/correct/", views.correct_one, name="correct"),
    path("<int:number>/preview/<path:file>", views.preview, name="preview"),
]
