"""The routes of features, as OGC API - Features names them."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.features import views

app_name = "features"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("api", views.api, name="api"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:layer>", views.collection, name="collection"),
    path("collections/<slug:layer>/schema", views.schema, name="schema"),
    path("collections/<slug:layer>/items", views.items, name="items"),
    path("collections/<slug:layer>/items/<path:own_id>", views.item, name="item"),
    path("<path:rest>", views.nowhere, name="nowhere"),
]
