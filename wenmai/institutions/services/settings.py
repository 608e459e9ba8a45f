"""The numbers that an institution, or the node, says for itself and all below it."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from wenmai.institutions.models import Organisation, Setting
from wenmai.institutions.rules import settings as rules
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


@transaction.atomic
def set_settings(
    *, organisation_id: int | None, group: str, said: Mapping[str, int | None], actor: Actor, now: dt.datetime
) -> dict[str, tuple[int | None, int | None]]:
    """For an institution, or without one for the node; nothing said: what stands above counts again. Returns what was
    said before and after, of what changed.

    Refused: unknown_settings, unknown_organisation, unknown_setting, number_odd (detail: the name).
    """
    found = rules.group_of(group)
    if found is None:
        raise Refused("unknown_settings")
    wanted = rules.checked(found, said)
    if organisation_id is not None and not Organisation.objects.filter(pk=organisation_id).exists():
        raise Refused("unknown_organisation")
    bulk.lock(f"institutions.setting.{organisation_id}.{group}")
    current = {
        one.name: one for one in Setting.objects.filter(organisation=organisation_id, name__in=wanted, replaced_at=None)
    }
    changes: dict[str, tuple[int | None, int | None]] = {}
    for name, value in wanted.items():
        before = current[name].value if name in current else None
        if value == before:
            continue
        if name in current:
            Setting.objects.filter(pk=current[name].pk).update(replaced_at=now)
        if value is not None:
            Setting.objects.create(
                organisation_id=organisation_id, name=name, value=value, entered_by=actor.user_id,
                entered_by_name=actor.name[:100], entered_at=now,
            )  # fmt: skip
        changes[name] = (before, value)
    if changes:
        subject = ("organisation", organisation_id) if organisation_id is not None else ("node", "settings")
        journal.record(
            name="institutions.settings_changed", subject_kind=subject[0], subject_key=subject[1], actor=actor, now=now,
            changes={name: list(pair) for name, pair in sorted(changes.items())},
        )  # fmt: skip
    return changes
