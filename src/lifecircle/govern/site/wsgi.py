"""The platform as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from lifecircle.govern.site.chunked import Chunked

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifecircle.govern.site.settings")
application = Chunked(get_wsgi_application())
