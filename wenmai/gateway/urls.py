from django.urls import URLPattern, URLResolver, path

from wenmai.gateway.api import api
from wenmai.gateway.views import guide, oai
from wenmai.lib.access import public

_patterns, _app_name, _namespace = api.urls
for _pattern in _patterns:
    # Everything under /api/v1 is what the portal shows to everybody.
    if _pattern.callback:
        public(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("oai", oai.answer, name="oai"),
    path(oai.SCHEMA_PATH.removeprefix("/"), oai.schema, name="record_schema"),
    path("api/v1/", guide.guide, name="api_guide"),
    path("api/v1/", (_patterns, _app_name, _namespace)),
]
