"""The routes of needs."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.needs import views

app_name = "needs"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.compiling, name="compile"),
    path("<int:number>/", views.page, name="page"),
    path("<int:number>/list.<str:ending>", views.taken, name="taken"),
    path("<int:number>/compare/", views.compare, name="compare"),
    path("<int:number>/add/", views.add, name="add"),
    path("<int:number>/propose/", views.propose, name="propose"),
    path("<int:number>/take-back/", views.taken_back, name="take_back"),
    path("<int:number>/items/<int:key>/", views.item, name="item"),
]
