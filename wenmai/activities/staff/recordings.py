"""The desk's pages for recordings: one that becomes a record of the catalogue, its words anew, taking it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.activities import services
from wenmai.activities.models import Recording, Session
from wenmai.activities.queries import recordings as queries
from wenmai.activities.rules.recordings import (
    ADDRESS,
    DESCRIPTION,
    KINDS,
    LICENCES,
    MOST_NAMES,
    NAME,
    OVER,
    RIGHTS,
    TITLE,
    Said,
    said_in,
)
from wenmai.activities.staff.activities import CHANGE, by
from wenmai.activities.staff.sessions import found_session, of_session
from wenmai.activities.wording import sentence
from wenmai.files import services as files
from wenmai.files.rules import words as file_words
from wenmai.lib.access import Reach, door
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

_FIELDS = {
    "recording_licence": "licence", "recording_open": "licence", "recording_address": "address",
    "recording_silent": "address", "recording_kind": "file", "recording_nowhere": "file", "recording_there": "file",
}  # fmt: skip
"""Beside which field a refusal is said."""


class WordsForm(forms.Form):
    """What is said of a recording."""

    title = forms.CharField(label=gettext_lazy("题名"), max_length=TITLE)
    description = forms.CharField(
        label=gettext_lazy("内容介绍"), max_length=DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    creators = forms.CharField(
        label=gettext_lazy("谁演、谁讲"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一行一个：演出团体、讲的人。大家看得到，先问过本人。"),
    )  # fmt: skip
    day = forms.DateField(label=gettext_lazy("录制日期"), widget=DayInput())
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("主题"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("适合谁"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("语言"))
    licence = forms.ChoiceField(
        label=gettext_lazy("别人可以怎么用"), widget=forms.RadioSelect,
        help_text=gettext_lazy("一定要选。公开以后很难收回：先看演出者、作者、画面里的人答应过什么。"),
    )  # fmt: skip
    rights = forms.CharField(
        label=gettext_lazy("权利说明"), max_length=RIGHTS, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("权利是谁的、凭什么可以公开，例如“演出者书面同意，州文化馆所有”。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in (("themes", "theme"), ("audiences", "audience"), ("language", "language")):
            offer(self, name, ((term, str(label)) for term, label in standards.vocabulary(code).terms.items()))
        labels = standards.vocabulary("licence")
        offer(self, "licence", ((code, f"{labels.label(code)}：{words}") for code, words in LICENCES.items()))

    def clean_creators(self) -> tuple[str, ...]:
        found = tuple(line.strip() for line in self.cleaned_data["creators"].splitlines() if line.strip())
        if len(found) > MOST_NAMES or any(len(one) > NAME for one in found):
            told = _("最多 %(most)s 行，一行最多 %(long)s 个字。")
            raise forms.ValidationError(told % {"most": MOST_NAMES, "long": NAME})
        return found

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            given["title"], given["description"], given["creators"], given["day"].isoformat(), tuple(given["themes"]),
            tuple(given["audiences"]), given["language"], given["licence"], given["rights"],
        )  # fmt: skip

    def refuse(self, refusal: Refused) -> None:
        """Beside the field, where it is about one; files say for themselves what they are refused for."""
        field = _FIELDS.get(refusal.code) or (refusal.detail if refusal.detail in self.fields else None)
        if refusal.code in file_words.REFUSALS:
            self.add_error("file", file_words.sentence(refusal))
        else:
            self.add_error(field if field in self.fields else None, sentence(refusal))


class RecordingForm(WordsForm):
    """With where it is: a file to be kept here, or an address."""

    file = forms.FileField(
        label=gettext_lazy("录像或录音文件"), required=False,
        help_text=gettext_lazy("MP4、WebM 录像，MP3、M4A、OGG、FLAC、WAV 录音，最大 2 GB。审核通过以后谁都打得开。"),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("或者网址"), required=False, max_length=ADDRESS,
        help_text=gettext_lazy("本馆自己的网站或者录播平台上的，https:// 开头。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("网址上是"), choices=[*KINDS.items()], initial="video")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("file")) == bool((given.get("address") or "").strip()):
            self.add_error("file", _("请选一个文件，或者写一个网址，只要一样。"))
        return given


def of_recording(request: HttpRequest, recording_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.recording_reach(recording_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_session)
def new(request: HttpRequest, session_id: int) -> HttpResponse:
    """What the activity says already stands there; licence and rights are asked for."""
    found = found_session(session_id)
    form = RecordingForm(request.POST or None, request.FILES or None, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            made = _made(request, form, session_id)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("交给总目录了，审核通过以后大家看得到。"), extra_tags="good")
            return redirect("desk:activities:recording", recording_id=made.pk)
    is_over = found.state in OVER and found.activity.shown_id is not None
    context = {"session": found, "form": form, "is_over": is_over}
    return render(request, "activities/desk_recording_new.html", context, status=400 if form.errors else 200)


def initial_of(found: Session) -> dict[str, Any]:
    shown = found.activity.shown or found.activity.latest
    assert shown is not None, "made with its first edition"
    return {
        "title": shown.title, "description": shown.description or shown.summary, "language": shown.language,
        "audiences": shown.audiences, "day": timezone.localdate(found.begins_at),
    }  # fmt: skip


def _made(request: HttpRequest, form: RecordingForm, session_id: int) -> Recording:
    """A file that is refused after all leaves no row behind, and is swept away."""
    given = form.cleaned_data
    asked: dict[str, Any] = {"session_id": session_id, "said": form.said(), **by(request)}
    if not given["file"]:
        services.probe(given["address"])
        return services.make_recording(at=given["address"], kind=given["kind"], **asked)
    with transaction.atomic():
        file = given["file"]
        stored = files.store(file, declared_type=file.content_type or "", name=file.name or "", **by(request))
        return services.make_recording(object_id=stored.pk, **asked)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_recording)
def recording(request: HttpRequest, recording_id: int) -> HttpResponse:
    """How far its record is, and other words for it."""
    found = queries.recording(recording_id)
    assert found is not None, "the door has found it"
    said = said_in(found.said)
    initial = {**said._asdict(), "creators": "\n".join(said.creators)}
    form = WordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.renew_recording(recording_id=recording_id, said=form.said(), **by(request))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("交了。公布过的，大家看到的还是原来的，审核通过才换。"), extra_tags="good")
            return redirect("desk:activities:recording", recording_id=recording_id)
    context = {"one": found, "form": form, "standing": queries.standings([found])[0]}
    return render(request, "activities/desk_recording.html", context, status=400 if form.errors else 200)


@require_POST
@door(CHANGE, of=of_recording)
def take_back(request: HttpRequest, recording_id: int) -> HttpResponse:
    try:
        services.take_recording_back(
            recording_id=recording_id, reason=request.POST.get("reason", "")[:400], **by(request)
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("收回了，总目录里不再有它。"), extra_tags="good")
    return redirect(reverse("desk:activities:recording", args=[recording_id]))
