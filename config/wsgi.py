"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
assert get_resolver().url_patterns  # every view is loaded before the first request, not by it
gc.collect()
gc.freeze()  # what is loaded stays: the collector looks only at what requests leave
