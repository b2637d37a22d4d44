"""The routes of inventory."""

from __future__ import annotations

from django.urls import URLPattern, path

from lifecircle.govern.inventory import files, maps, views

app_name = "inventory"
PART = "<slug:kind>/<int:record>/parts/<slug:name>/"
urlpatterns: list[URLPattern] = [
    path("", views.listed, {"kind": "facilities"}, name="facilities"),
    path("places.geojson", maps.places, name="places"),
    path("areas/<int:area>/", files.summary, name="summary"),
    path("<slug:kind>/", views.listed, name="list"),
    path("<slug:kind>/files/<slug:ending>/", files.taken, name="file"),
    path("<slug:kind>/add/", views.add, name="add"),
    path("<slug:kind>/<int:record>/", views.page, name="page"),
    path("<slug:kind>/<int:record>/change/", views.change, name="change"),
    path("<slug:kind>/<int:record>/remove/", views.remove, name="remove"),
    path(f"{PART}add/", views.part, name="add_part"),
    path(f"{PART}<int:part_record>/change/", views.part, name="change_part"),
    path(f"{PART}<int:part_record>/remove/", views.remove_part, name="remove_part"),
]
