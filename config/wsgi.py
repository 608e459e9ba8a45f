import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.orphans import end_with_server

end_with_server()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Nothing of what the start makes is in vain, and it stays: to look through it takes a third of the start, and would
# stop a page for tens of milliseconds again and again.
gc.disable()
application = get_wsgi_application()
_ = get_resolver().url_patterns  # the first page need not wait for all others
gc.collect()
gc.freeze()
gc.enable()
