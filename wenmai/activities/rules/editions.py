"""What an activity says of itself, as plain values: checked, and told apart by a hash."""

import hashlib
import json
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.activities.rules.questions import Question, checked
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused

KIND = "activities.activity"
"""What the review calls it."""
SAFETY_CROWD = 200
"""From so many expected people on a safety plan is asked for. Ours, no norm; an institution may say another number."""
LONGEST = {
    "series": 80, "title": 80, "summary": 200, "description": 20_000, "place": 120, "cover_alt": 120, "contact": 120,
    "accessibility": 1_000, "safety_plan": 5_000,
}  # fmt: skip
MOST_CROWD, MOST_AGE, MOST_PARTY, MOST_CANCEL_HOURS, MOST_WORDS = 1_000_000, 120, 20, 720, 8


class Mode(TextChoices):
    """How places are given."""

    FREE = "free", _("不用报名，直接来")
    FIRST = "first", _("先到先得")
    LOTTERY = "lottery", _("抽签")
    APPROVAL = "approval", _("报名后审核")


class Groups(TextChoices):
    NONE = "none", _("个人报名")
    ALSO = "also", _("个人、团体都可以")
    ONLY = "only", _("只接受团体")


class Way(TextChoices):
    ON_SITE = "on_site", _("到现场")
    ONLINE = "online", _("线上")
    BROADCAST = "broadcast", _("现场和直播")


class Content(NamedTuple):
    """All that the public sees of an activity and by what it takes part. `cover` and `safety_file`: hashes of stored
    objects; `region`: whose residents, by the code of a place; `most`: people in one booking; `cancel_hours`: until
    then it is given back without more ado; `questions`: what is asked at enrolment."""

    title: str
    summary: str
    place: str
    kinds: tuple[str, ...]
    audiences: tuple[str, ...]
    series: str = ""
    description: str = ""
    way: str = Way.ON_SITE
    thing_id: int | None = None
    cover: str = ""
    cover_alt: str = ""
    contact: str = ""
    language: str = "zh"
    accessibility: str = ""
    safety_plan: str = ""
    safety_file: str = ""
    crowd: int = 0
    mode: str = Mode.FIRST
    groups: str = Groups.NONE
    age_from: int | None = None
    age_to: int | None = None
    region: str = ""
    level: int = int(Level.PHONE)
    most: int = 5
    cancel_hours: int = 2
    questions: tuple[Question, ...] = ()

    def checked(self) -> "Content":
        """Refused: words_missing, words_long, cover_without_words, choice_odd, number_odd, ages_odd (detail: the
        field), and as `questions.checked`."""
        if checked(self.questions) != self.questions:
            raise Refused("question_odd", "")
        for name in ("title", "summary", "place"):
            if not getattr(self, name).strip():
                raise Refused("words_missing", name)
        for name, most in LONGEST.items():
            if len(getattr(self, name)) > most:
                raise Refused("words_long", name)
        if self.cover and not self.cover_alt.strip():
            raise Refused("cover_without_words")
        chosen: tuple[tuple[str, Any, Any], ...] = (
            ("way", self.way, Way.values), ("mode", self.mode, Mode.values), ("groups", self.groups, Groups.values),
            ("level", self.level, (Level.PHONE, Level.REAL_NAME, Level.IN_PERSON)),
        )  # fmt: skip
        for name, value, known in chosen:
            if value not in known:
                raise Refused("choice_odd", name)
        if not 1 <= len(self.kinds) <= MOST_WORDS or not 1 <= len(self.audiences) <= MOST_WORDS:
            raise Refused("choice_odd", "kinds" if not 1 <= len(self.kinds) <= MOST_WORDS else "audiences")
        return self._numbers_checked()

    def _numbers_checked(self) -> "Content":
        bounds = (("crowd", 0, MOST_CROWD), ("most", 1, MOST_PARTY), ("cancel_hours", 0, MOST_CANCEL_HOURS))
        for name, least, most in bounds:
            if not least <= getattr(self, name) <= most:
                raise Refused("number_odd", name)
        ages = [age for age in (self.age_from, self.age_to) if age is not None]
        if any(not 0 <= age <= MOST_AGE for age in ages) or ages != sorted(ages):
            raise Refused("ages_odd")
        return self

    def require_safety(self, crowd: int) -> None:
        """Refused: safety_missing (detail: from how many people on)."""
        if self.crowd >= crowd and not (self.safety_plan.strip() or self.safety_file):
            raise Refused("safety_missing", f"{crowd:,}")


def hash_of(content: Content) -> bytes:
    """Of every word and number, in one order. What asks nothing has the hash that it had before anything was asked."""
    said = content._asdict()
    if not content.questions:
        del said["questions"]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
