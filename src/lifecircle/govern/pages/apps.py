"""The app of what all pages share."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages."""

    name = "lifecircle.govern.pages"
    label = "pages"
    verbose_name = "页面"
