"""The WSGI entry point: refuses demo accounts in production and starts the embedded indexer and senders."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from config.startup import start  # noqa: E402 (apps must be loaded first)

start()
