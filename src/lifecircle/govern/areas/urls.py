"""The routes of areas."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.areas import list_views, views

app_name = "areas"
urlpatterns = [
    path("", views.list_, name="list"),
    path("lists/", list_views.lists, name="lists"),
    path("lists/<int:pk>/", list_views.code_list, name="code_list"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/outlines.geojson", views.outlines, name="outlines"),
    path("<int:pk>/<slug:act>/", views.change, name="change"),
]
