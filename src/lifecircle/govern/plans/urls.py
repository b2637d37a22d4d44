"""The routes of plans."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.asking, name="ask"),
    path("<int:number>/", views.page, name="plan"),
    path("<int:number>/communities/", views.by_community, name="communities"),
    path("<int:number>/files/<str:name>", views.file, name="file"),
    path("<int:number>/stop/", views.stop, name="stop"),
    path("<int:number>/again/", views.again, name="again"),
    path("<int:number>/choose/", views.choosing, name="choose"),
]
