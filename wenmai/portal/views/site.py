"""Pages about the site itself: the accessibility statement, the node's colour, the kiosk's reset."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from wenmai.lib import faces, pages
from wenmai.lib.access import public

READABLE = 4.5


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return pages.render(request, "portal/accessibility.html")


@public
@require_safe
def brand(request: HttpRequest) -> HttpResponse:
    """The node's own colour. One that white text cannot be read on is not used: the style sheet's stays."""
    readable = faces.contrast_with_white(settings.SITE_BRAND) >= READABLE
    css = f":root {{ --brand: {settings.SITE_BRAND}; }}\n" if readable else ""
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": "max-age=3600"})


@public
@require_safe
def reset(request: HttpRequest) -> HttpResponse:
    """On a kiosk: forgets whoever stood there. On other faces it only leads home."""
    response = HttpResponseRedirect(reverse("portal:home"))
    if faces.face_of(request) == "kiosk":
        request.session.flush()
        for name in ("mode", settings.DEVICE_COOKIE_NAME):
            response.delete_cookie(name)
        response.headers["Clear-Site-Data"] = '"cache"'
    return response
