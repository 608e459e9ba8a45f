"""The desk's pages where a room gets its face, its photos, and its institution its numbers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.booking import queries as booking
from wenmai.booking.staff import CHANGE, VIEW, of_thing
from wenmai.booking.venues import queries, services
from wenmai.booking.venues.forms import FaceForm, PhotoForm, face_filled
from wenmai.booking.venues.rules.faces import Face
from wenmai.booking.wording import SENTENCES, sentence
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, of=of_thing)
def face(request: HttpRequest, thing_id: int) -> HttpResponse:
    """What is written goes to the review; what the public sees stays until that has passed it."""
    found = queries.venue_of(thing_id)
    before = queries.face_of(found, draft=True) if found else Face()
    may_change = actor_of(request).may(CHANGE, of_thing(request, thing_id))
    form = FaceForm(request.POST or None, initial=face_filled(before) if found else {})
    if request.method == "POST" and form.is_valid() and may_change:
        try:
            services.set_face(thing_id=thing_id, face=form.face(before), actor=actor_of(request), now=clock.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("记下了，送去审核；通过以后大家就看得到。"), extra_tags="good")
            return redirect("desk:booking:face", thing_id=thing_id)
    context = {
        "thing": booking.thing(thing_id), "one": found, "form": form, "photo_form": PhotoForm(),
        "photos": queries.photos(before), "may_change": may_change,
        "is_shown": bool(found and found.shown_hash and bytes(found.shown_hash) == bytes(found.draft_hash)),
    }  # fmt: skip
    return render(request, "venues/face.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_thing)
def photos(request: HttpRequest, thing_id: int) -> HttpResponse:
    """One more, with what is on it; or one less."""
    by: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
    gone, file = request.POST.get("gone", ""), request.FILES.get("file")
    try:
        if gone:
            services.drop_photo(thing_id=thing_id, hash=gone[:64], **by)
        elif file is None:
            raise Refused("photo_kind")
        else:
            services.add_photo(
                thing_id=thing_id, stream=file, alt=request.POST.get("alt", "")[:400], name=file.name or "", **by
            )
    except Refused as refusal:
        said = sentence(refusal) if refusal.code in SENTENCES else _("这个文件用不了，请换一张照片。")
        messages.error(request, said, extra_tags="bad")
    else:
        messages.success(request, _("记下了，送去审核；通过以后大家就看得到。"), extra_tags="good")
    return redirect("desk:booking:face", thing_id=thing_id)
