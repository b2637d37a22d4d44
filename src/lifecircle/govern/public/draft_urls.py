"""The routes of drafts: below the publication that they are of."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.public.drafts import draft

app_name = "drafts"
urlpatterns = [
    path("", draft, name="front"),
    path("<path:rest>", draft, name="page"),
]
