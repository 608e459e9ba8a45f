from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef

from wenmai.lib import vault, waiting
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models import User
from wenmai.people.provider.queries import session_index
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity, UpstreamSession, UpstreamTerms


def buttons(sent_from: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(slug, name) of the logins that lead in, the oldest first; without that of `sent_from`, addresses of the app that
    has just sent somebody here: it would send them back."""
    rows = Upstream.objects.filter(is_on=True).order_by("pk").values_list("slug", "name", "issuer")
    senders = {urlsplit(one)[:2] for one in sent_from}
    return [(slug, name) for slug, name, issuer in rows if urlsplit(issuer)[:2] not in senders]


def by_slug(slug: str) -> Upstream | None:
    """One that is in use."""
    return Upstream.objects.filter(slug=slug, is_on=True).first()


def upstream(upstream_id: int) -> Upstream | None:
    return Upstream.objects.filter(pk=upstream_id).first()


def upstreams() -> list[Upstream]:
    """With `waits`: whether something waits for a second pair of eyes."""
    waiting_ones = UpstreamTerms.objects.filter(upstream=OuterRef("pk"), state=UpstreamTerms.State.DRAFT)
    return list(Upstream.objects.annotate(waits=Exists(waiting_ones)).order_by("pk"))


def waiting_terms(upstream_id: int) -> UpstreamTerms | None:
    """What waits for a second pair of eyes."""
    rows = UpstreamTerms.objects.filter(upstream_id=upstream_id, state=UpstreamTerms.State.DRAFT)
    return rows.select_related("entered_by").first()


def terms_in_force(upstream_id: int) -> UpstreamTerms | None:
    rows = UpstreamTerms.objects.filter(upstream_id=upstream_id, state=UpstreamTerms.State.ACTIVE)
    return rows.select_related("entered_by", "reviewed_by").first()


def drafts(scope: Scope, actor: Actor) -> Waits:
    """Settings that somebody else entered; they belong to the whole node."""
    of = UpstreamTerms.objects.filter(state=UpstreamTerms.State.DRAFT)
    return waiting.count(of.exclude(entered_by_id=actor.user_id), "entered_at")


def account_of(upstream_id: int, subject: str) -> User | None:
    found = UpstreamIdentity.objects.filter(upstream_id=upstream_id, subject=subject).select_related("user").first()
    return found.user if found else None


def identity_count(upstream_id: int) -> int:
    return UpstreamIdentity.objects.filter(upstream_id=upstream_id).count()


def identities(user_id: int) -> list[UpstreamIdentity]:
    """Which other logins lead into this account."""
    return list(UpstreamIdentity.objects.filter(user_id=user_id).select_related("upstream").order_by("pk"))


class Leaving(NamedTuple):
    """Where a browser's login came from, and what shows which one it was."""

    end_session_endpoint: str
    client_id: str
    id_token: str


def leaving(session_key: str) -> Leaving | None:
    """None where the session began here, or the upstream cannot be told."""
    found = UpstreamSession.objects.filter(session_index=session_index(session_key)).select_related("upstream").first()
    if found is None or not found.upstream.metadata.get("end_session_endpoint"):
        return None
    try:
        token = vault.unseal(found.token_sealed, purpose="people.upstream_token")
    except vault.Unreadable:
        return None
    return Leaving(found.upstream.metadata["end_session_endpoint"], found.upstream.client_id, token)


def askable(user_id: int) -> list[UpstreamSession]:
    """Logins elsewhere that can be asked again for reader cards, the last one of each upstream."""
    rows = UpstreamSession.objects.filter(user_id=user_id, upstream__is_on=True).exclude(refresh_sealed="")
    return list(rows.select_related("upstream").order_by("upstream_id", "-began_at", "-pk").distinct("upstream_id"))
