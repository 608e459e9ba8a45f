"""What a need says in public, as the review reads it."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.lib.numbers import row_number
from wenmai.review.rules import Field, Subject, Submission
from wenmai.voices.models import Need
from wenmai.voices.rules.needs import Face


def face_of(one: Need, *, shown: bool = False) -> Face:
    said = (one.shown if shown else one.face) or {}
    return Face(said.get("topic", ""), said.get("answer", ""))


def fields(face: Face) -> list[Field]:
    said = [(_("公开的标题"), face.topic), (_("公开的答复"), face.answer)]
    return [Field(label, text) for label, text in said if text]


def submission_of(one: Need) -> Submission:
    face = face_of(one)
    return Submission(
        str(one.pk), bytes(one.face_hash or b""), face.topic, one.organisation_id, one.author_id, fields(face)
    )


def _written(keys: Sequence[str]) -> list[Need]:
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    return list(Need.objects.filter(pk__in=numbers, face__isnull=False))


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {
        str(one.pk): Subject(
            face_of(one).topic, bytes(one.face_hash or b""), fields(face_of(one)), one.organisation_id, one.author_id,
            reverse("desk:voices:need", args=[one.pk]),
        )
        for one in _written(keys)
    }  # fmt: skip


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    return {str(one.pk): bytes(one.face_hash or b"") for one in _written(keys)}
