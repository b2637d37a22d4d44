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
    path("contacts/", include("lifecircle.govern.personal.urls")),
    path("imports/", include("lifecircle.govern.imports.urls")),
    path("inventory/", include("lifecircle.govern.inventory.urls")),
    path("assessments/", include("lifecircle.govern.assessments.urls")),
    path("surveys/", include("lifecircle.govern.surveys.urls")),
    path("needs/", include("lifecircle.govern.needs.urls")),
    path("plans/", include("lifecircle.govern.plans.urls")),
    path("publications/", include("lifecircle.govern.publications.urls")),
    path("publications/<int:number>/public/", include("lifecircle.govern.public.draft_urls")),
    path("openrosa/", include("lifecircle.govern.openrosa.urls")),
    path("ogc/", include("lifecircle.govern.features.urls")),
    path("public/", include("lifecircle.govern.public.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
]

handler400 = "lifecircle.govern.site.failing.unread"
handler404 = "lifecircle.govern.site.failing.absent"
handler500 = "lifecircle.govern.site.failing.broken"
