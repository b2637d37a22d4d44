"""The platform as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifecircle.govern.site.settings")
application = get_wsgi_application()
ROUTES = get_resolver().url_patterns
"""Read before anybody asks: whoever comes first does not wait until every page is imported."""
