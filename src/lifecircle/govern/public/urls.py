"""The routes of public."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.public import files, views

app_name = "public"
urlpatterns = [
    path("", views.front, name="front"),
    path("search/", views.search, name="search"),
    path("map/", files.map_now, name="map"),
    path("map/index.html", files.map_now, name="map_page"),
    path("map/<int:number>/<path:file>", files.map_file, name="map_file"),
    path("communities/", views.communities, name="communities"),
    path("communities/<path:own_id>/", views.community, name="community"),
    path("facilities/<path:own_id>/", views.facility, name="facility"),
    path("codes/<path:own_id>.svg", views.code, name="code"),
    path("results/", views.results, name="results"),
    path("results/<int:number>/", views.publication, name="publication"),
    path("data/", views.data, name="data"),
    path("files/<int:number>/<path:file>", files.file, name="file"),
    path("language/<slug:code>/", views.language, name="language"),
    path("embed/", views.front, {"embed": True}, name="embed"),
    path("embed/search/", views.search, {"embed": True}, name="embed_search"),
    path(
        "embed/communities/<path:own_id>/", views.community, {"embed": True}, name="embed_community"
    ),
    path("embed/facilities/<path:own_id>/", views.facility, {"embed": True}, name="embed_facility"),
    path("<path:rest>", views.nowhere, name="nowhere"),
]
