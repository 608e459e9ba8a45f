import gc
import os

from django.core.wsgi import get_wsgi_application

from config.orphans import end_with_server

end_with_server()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What the start made stays: looking through it again and again would stop a page for tens of milliseconds.
gc.collect()
gc.freeze()
