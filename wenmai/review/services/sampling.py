"""抽检: a draw is made and its cases are looked at again, one by one, by somebody else than before."""

import datetime as dt
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review import queries
from wenmai.review.models import Finding, Sample, SampleItem
from wenmai.review.rules import LONGEST_REASON, sampling
from wenmai.review.services.down import take_down


@transaction.atomic
def draw_sample(
    *, organisation_id: int | None, kind: str, days: tuple[dt.date, dt.date], percent: int, least: int, seed: str = "",
    actor: Actor, now: dt.datetime,
) -> Sample:  # fmt: skip
    """Of what was approved on these days (the first and the last), at an institution and below it or everywhere, of a
    kind or of any. Without a seed one is made.

    Refused: nobody, days_odd, days_too_many (detail), nothing_approved, too_many_cases (detail), seed_odd, and what
    `rules.sampling.how_many` refuses.
    """
    if actor.user_id is None:
        raise Refused("nobody")
    first, last = days
    if first > last or first > timezone.localdate(now):
        raise Refused("days_odd")
    if (last - first).days >= sampling.MOST_DAYS:
        raise Refused("days_too_many", str(sampling.MOST_DAYS))
    chosen_seed = sampling.checked_seed(seed) if seed.strip() else secrets.token_hex(16)
    ids = queries.approved_on(organisation_id, kind, first, last)
    if not ids:
        raise Refused("nothing_approved")
    if len(ids) > sampling.MOST_CASES:
        raise Refused("too_many_cases", f"{sampling.MOST_CASES:,}")
    cases = sampling.drawn(chosen_seed, ids, sampling.how_many(len(ids), percent, least))
    made = Sample.objects.create(
        organisation_id=organisation_id, kind=kind, first_day=first, last_day=last, percent=percent, least=least,
        seed=chosen_seed, population=ids, digest=sampling.digest(ids), drawn_count=len(cases), made_by=actor.user_id,
        made_by_name=actor.name[:100], made_at=now,
    )  # fmt: skip
    SampleItem.objects.bulk_create(
        SampleItem(sample=made, number=number, case_id=case) for number, case in enumerate(cases, start=1)
    )
    journal.record(
        name="review.sample_drawn", subject_kind="sample", subject_key=made.pk, actor=actor, now=now,
        seed=chosen_seed, digest=made.digest, population=len(ids), count=len(cases),
    )  # fmt: skip
    return made


@transaction.atomic
def inspect(*, item_id: int, finding: Finding, words: str, actor: Actor, now: dt.datetime) -> SampleItem:
    """What is taken down goes at once. Refused: nobody, unknown_item, inspected_already, no_reason, reason_too_long,
    own_work (they wrote it or passed a step of it), and what `take_down` refuses."""
    said = words.strip()
    if actor.user_id is None:
        raise Refused("nobody")
    if finding != Finding.FINE and not said:
        raise Refused("no_reason")
    if len(said) > LONGEST_REASON:
        raise Refused("reason_too_long", str(LONGEST_REASON))
    item = SampleItem.objects.select_for_update(of=("self",)).select_related("case").filter(pk=item_id).first()
    if item is None:
        raise Refused("unknown_item")
    if item.finding:
        raise Refused("inspected_already", item.by_name)
    item.finding, item.words, item.by_id, item.by_name, item.at = finding, said, actor.user_id, actor.name[:100], now
    try:
        with transaction.atomic():
            item.save(update_fields=["finding", "words", "by_id", "by_name", "at"])
    except IntegrityError as error:
        raise Refused("own_work") from error
    journal.record(
        name="review.sample_inspected", subject_kind=item.case.kind, subject_key=item.case.key, actor=actor, now=now,
        sample=item.sample_id, finding=finding.value,
    )  # fmt: skip
    if finding == Finding.DOWN:
        take_down(kind=item.case.kind, key=item.case.key, reason=said, actor=actor, now=now)
    return item
