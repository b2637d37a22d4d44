"""The routes of accounts."""

from __future__ import annotations

from django.urls import path

from lifecircle.govern.accounts import own_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.users, name="users"),
    path("new/", views.new_user, name="new_user"),
    path("give-many/", views.give_many, name="give_many"),
    path("<int:pk>/", views.user, name="user"),
    path("<int:pk>/act/", views.act, name="act"),
    path("<int:pk>/give/", views.give, name="give"),
    path("grants/<int:pk>/end/", views.end, name="end"),
    path("roles/", views.roles, name="roles"),
    path("roles/<slug:code>/", views.role, name="role"),
    path("me/", own_views.me, name="me"),
    path("me/tokens/new/", own_views.new_token, name="new_token"),
    path("me/tokens/<int:pk>/stop/", own_views.stop_token, name="stop_token"),
]
