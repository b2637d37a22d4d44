"""The routes of openrosa. Clients append formList and submission to the address they are given."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.openrosa import views

app_name = "openrosa"
urlpatterns = [
    path("formList", views.form_list, name="form_list"),
    path("forms/<int:number>.xml", views.form, name="form"),
    path("forms/<int:number>/manifest", views.manifest, name="manifest"),
    path("forms/<int:number>/<slug:name>.csv", views.list_, name="list"),
    path("submission", views.submission, name="submission"),
]
