"""The routes of assessments."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.assessments import deciding_views, maps, taking, views

app_name = "assessments"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.asking, name="ask"),
    path("rules/", deciding_views.rules, name="rules"),
    path("rules/<str:pack>/<str:rule>/", deciding_views.rule, name="rule"),
    path("rules/<str:pack>/<str:rule>/excuse/", deciding_views.excusing, name="excuse"),
    path("rules/<str:pack>/<str:rule>/interpret/", deciding_views.interpreting, name="interpret"),
    path("waivers/", deciding_views.waivers, name="waivers"),
    path("waivers/<int:key>/end/", deciding_views.ending_waiver, name="end_waiver"),
    path(
        "interpretations/<int:key>/end/",
        deciding_views.ending_interpretation,
        name="end_interpretation",
    ),
    path("<int:number>/", views.page, name="run"),
    path("<int:number>/stop/", views.stop, name="stop"),
    path("<int:number>/again/", views.again, name="again"),
    path("<int:number>/areas/", views.areas, name="areas"),
    path("<int:number>/findings/", views.found, name="findings"),
    path("<int:number>/places/", maps.places, name="places"),
    path("<int:number>/findings.<str:ending>", taking.taken, name="taken"),
    path("<int:number>/findings/<int:key>/", views.finding, name="finding"),
    path("<int:number>/findings/<int:key>/why/", views.explained, name="why"),
    path("<int:number>/files/<str:pack>/<str:name>", taking.file, name="file"),
    path("<int:number>/compare/", views.compare, name="compare"),
]
