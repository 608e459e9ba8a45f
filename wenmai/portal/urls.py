from django.urls import path

from wenmai.portal import resolver
from wenmai.portal.views import home, reports, site

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("id/", resolver.ask, name="ask"),
    path("id/<path:name>", resolver.resolve, name="resolve"),
    path("accessibility", site.accessibility, name="accessibility"),
    path("brand.css", site.brand, name="brand"),
    path("reset", site.reset, name="reset"),
    path("reports/new", reports.report, name="report"),
    path("reports/<int:number>/thanks", reports.thanks, name="report_thanks"),
    path("desk/reports/", reports.index, name="reports"),
    path("desk/reports/<int:number>/close", reports.close, name="report_close"),
]
