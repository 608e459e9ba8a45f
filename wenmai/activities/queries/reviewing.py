"""Activities as the review reads them: the latest edition, by the hash of what it says."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.activities.models import Activity, Edition, Session
from wenmai.activities.rules import Content
from wenmai.activities.rules.questions import Kind, Seen, read
from wenmai.activities.rules.states import State
from wenmai.lib.numbers import row_number
from wenmai.review.rules import Field, Subject, Submission
from wenmai.standards import queries as standards

SHOWN_TIMES = 20


def content_of(edition: Edition) -> Content:
    """Its words as the plain values that they were made of."""
    said = {name: getattr(edition, name) for name in Content._fields if name not in ("cover", "safety_file")}
    said["kinds"], said["audiences"] = tuple(edition.kinds), tuple(edition.audiences)
    said["questions"] = read(edition.questions)
    cover, safety = edition.cover, edition.safety_file
    return Content(**said, cover=cover.hash if cover else "", safety_file=safety.hash if safety else "")


def submission_of(activity: Activity, edition: Edition) -> Submission:
    return Submission(
        str(activity.pk), bytes(edition.content_hash), edition.title, activity.organisation_id, edition.by_id,
        fields(edition),
    )  # fmt: skip


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    """With the times, which are no part of what is approved: they may be moved without another review."""
    found = {}
    for one in _activities(keys):
        assert one.latest is not None, "made with its first edition"
        found[str(one.pk)] = Subject(
            one.latest.title, bytes(one.latest.content_hash), [*fields(one.latest), _times(one)], one.organisation_id,
            one.latest.by_id, reverse("desk:activities:activity", args=[one.pk]),
        )  # fmt: skip
    return found


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    rows = Activity.objects.filter(pk__in=_numbers(keys)).values_list("pk", "latest__content_hash")
    return {str(pk): bytes(hash) for pk, hash in rows if hash is not None}


def earlier_for_review(key: str, hash: bytes) -> Sequence[Field] | None:
    rows = Edition.objects.select_related("cover", "safety_file", "thing")
    found = rows.filter(activity=row_number(key) or 0, content_hash=hash).order_by("-number").first()
    return fields(found) if found else None


def fields(edition: Edition) -> list[Field]:
    """What there is to read, with the names that the form has; what is empty is left out."""
    kinds, audiences = standards.vocabulary("activity_kind"), standards.vocabulary("audience")
    ages = "–".join("" if age is None else str(age) for age in (edition.age_from, edition.age_to))
    said = {
        "kinds": "、".join(str(kinds.label(one)) for one in edition.kinds),
        "audiences": "、".join(str(audiences.label(one)) for one in edition.audiences),
        "way": edition.get_way_display(), "mode": edition.get_mode_display(), "groups": edition.get_groups_display(),
        "thing": edition.thing.name if edition.thing else "", "crowd": str(edition.crowd or ""),
        "safety_file": edition.safety_file.name if edition.safety_file else "", "age_from": ages if ages != "–" else "",
        "region": edition.region, "most": str(edition.most), "questions": _asked(edition),
    }  # fmt: skip
    plain = (
        "series",
        "title",
        "summary",
        "description",
        "place",
        "cover_alt",
        "contact",
        "accessibility",
        "safety_plan",
    )
    names = {name: str(Edition._meta.get_field(name).verbose_name) for name in (*plain, *said)}  # type: ignore[union-attr]
    texts = {**{name: getattr(edition, name) for name in plain}, **said}
    return [Field(names[name], text) for name, text in texts.items() if text]


def _asked(edition: Edition) -> str:
    lines = []
    for one in read(edition.questions):
        more = [
            str(Kind(one.kind).label),
            *one.options,
            _("必须回答") if one.required else "",
            str(Seen(one.seen).label),
        ]
        lines.append(f"{one.words}（{'、'.join(part for part in more if part)}）")
    return "\n".join(lines)


def _times(activity: Activity) -> Field:
    rows = Session.objects.filter(activity=activity).exclude(state=State.CANCELLED).order_by("begins_at")
    times = [timezone.localtime(at) for at in rows.values_list("begins_at", flat=True)[: SHOWN_TIMES + 1]]
    words = [f"{at:%Y-%m-%d %H:%M}" for at in times[:SHOWN_TIMES]] + ["…"] * (len(times) > SHOWN_TIMES)
    return Field(_("场次"), "；".join(words))


def _activities(keys: Sequence[str]) -> list[Activity]:
    rows = Activity.objects.select_related("latest__cover", "latest__safety_file", "latest__thing")
    return list(rows.filter(pk__in=_numbers(keys)))


def _numbers(keys: Sequence[str]) -> list[int]:
    return [number for key in keys if (number := row_number(key)) is not None]
