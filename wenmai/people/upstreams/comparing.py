"""What a waiting change makes different, side by side, for the one who approves it."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wenmai.lib import vault
from wenmai.people.upstreams.forms import LEVELS
from wenmai.people.upstreams.models import Upstream, UpstreamTerms
from wenmai.people.upstreams.services import DRAFT_SECRET, SECRET

Words = str | Promise
SHOWN = "people.upstream_fingerprint"
LETTERS = 10


class Difference(NamedTuple):
    """One setting, as it is and as it would be; empty: there is none. `is_code`: to be read letter by letter."""

    what: Words
    before: Words
    after: Words
    is_code: bool = False


def differences(upstream: Upstream, draft: UpstreamTerms) -> list[Difference]:
    """Only what would change. Secrets stand as fingerprints, which tell whether two are the same and nothing else."""
    words, yes_or_no = dict(LEVELS), {True: _("可以"), False: _("不可以")}
    rows = [
        Difference(_("名称"), upstream.name, draft.name),
        Difference(_("签发者"), upstream.issuer, draft.issuer, is_code=True),
        Difference(_("我们在那里的编号"), upstream.client_id, draft.client_id, is_code=True),
        _secret(upstream, draft),
        *_levels(upstream.levels, draft.levels),
        Difference(_("其他的算作"), words[upstream.level_otherwise], words[draft.level_otherwise]),
        Difference(_("没来过的人可以新建账号"), yes_or_no[upstream.makes_accounts], yes_or_no[draft.makes_accounts]),
    ]
    return [row for row in rows if row.before != row.after]


def fingerprint(secret: str) -> str:
    """Ten letters that the same secret always has on this node. Made with the node's key, so that nobody who reads them
    can try secrets against them."""
    return vault.index(secret, purpose=SHOWN)[:LETTERS]


def _secret(upstream: Upstream, draft: UpstreamTerms) -> Difference:
    before = _shown(upstream.secret_sealed, SECRET)
    after = _shown(draft.secret_sealed, DRAFT_SECRET) if draft.secret_sealed else before
    return Difference(_("密钥（指纹）"), before, after, is_code=True)


def _shown(sealed: str, purpose: str) -> str:
    if not sealed:
        return ""
    try:
        return fingerprint(vault.unseal(sealed, purpose=purpose))
    except vault.Unreadable:
        return _("打不开")


def _levels(before: dict[str, int], after: dict[str, int]) -> list[Difference]:
    """Line by line; an `acr` that has no line counts as all others."""
    words = dict(LEVELS)
    names = sorted({*before, *after})
    return [
        Difference(f"acr {name}", words.get(before.get(name, -1), ""), words.get(after.get(name, -1), ""))
        for name in names
    ]
