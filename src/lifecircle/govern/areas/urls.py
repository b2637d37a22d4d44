"""The routes of areas."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.areas import views

app_name = "areas"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/outlines.geojson", views.outlines, name="outlines"),
    path("<int:pk>/<slug:act>/", views.change, name="change"),
]
