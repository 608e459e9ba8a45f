from django.urls import path

from wenmai.portal import resolver
from wenmai.portal.views import home, institutions, places, reading, records, region, reports, search, site

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("search/suggest", search.suggest, name="suggest"),
    path("records/<int:number>", records.record, name="record"),
    path("records/<int:number>/cite.<slug:form>", records.cite, name="cite"),
    path("records/<int:number>/export.<slug:form>", records.export, name="export"),
    path("records/<int:number>/read/<int:file>", reading.read, name="read"),
    path("records/<int:number>/raw", records.raw, name="raw"),
    path("institutions/", institutions.index, name="institutions"),
    path("institutions/<int:number>", institutions.institution, name="institution"),
    path("places/", places.index, name="places"),
    path("places/<str:code>", places.place, name="place"),
    path("region", region.choose, name="region"),
    path("id/", resolver.ask, name="ask"),
    path("id/<path:name>", resolver.resolve, name="resolve"),
    path("accessibility", site.accessibility, name="accessibility"),
    path("brand.css", site.brand, name="brand"),
    path("reset", site.reset, name="reset"),
    path("reports/new", reports.report, name="report"),
    path("reports/<int:number>/thanks", reports.thanks, name="report_thanks"),
    path("desk/reports/", reports.index, name="reports"),
    path("desk/reports/<int:number>/contact", reports.contact, name="report_contact"),
    path("desk/reports/<int:number>/close", reports.close, name="report_close"),
]
