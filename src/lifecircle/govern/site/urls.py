"""All routes: each app brings its own."""

from __future__ import annotations

from django.urls import include, path

from lifecircle.govern.api.root import api

urlpatterns = [
    path("", include("lifecircle.govern.pages.urls")),
    path("areas/", include("lifecircle.govern.areas.urls")),
    path("people/", include("lifecircle.govern.accounts.urls")),
    path("audit/", include("lifecircle.govern.audit.urls")),
    path("files/", include("lifecircle.govern.files.urls")),
    path("jobs/", include("lifecircle.govern.jobs.urls")),
    path("imports/", include("lifecircle.govern.imports.urls")),
    path("inventory/", include("lifecircle.govern.inventory.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
]
