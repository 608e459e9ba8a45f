"""Old and new side by side, for the one who approves."""

import pytest

from wenmai.lib import vault
from wenmai.people.testing import client_of, make_user
from wenmai.people.upstreams.comparing import fingerprint
from wenmai.people.upstreams.models import Upstream, UpstreamTerms
from wenmai.people.upstreams.testing import SECRET

pytestmark = pytest.mark.django_db


def test_who_approves_sees_what_would_change_and_nothing_else(upstream: Upstream) -> None:
    first, second = (client_of(make_user(name, role="platform_admin")) for name in ("chief", "second"))
    page = f"/desk/upstreams/{upstream.pk}/"
    was = fingerprint(vault.unseal(upstream.secret_sealed, purpose="people.upstream_secret"))
    asked = {
        "name": upstream.name, "issuer": upstream.issuer, "client_id": upstream.client_id, "secret": "Other-Secret-1",
        "levels": "loa-2 = 2\nloa-3 = 2\nloa-4 = 3", "level_otherwise": "1", "makes_accounts": "on",
    }  # fmt: skip
    first.post(f"{page}change", asked)
    shown = second.get(page)
    rows = [(str(one.what), str(one.before), str(one.after)) for one in shown.context["changes"]]
    assert rows == [
        ("密钥（指纹）", was, fingerprint("Other-Secret-1")), ("acr loa-3", "3 当面核实", "2 实名"),
        ("acr loa-4", "", "3 当面核实"),
    ]  # fmt: skip
    text = shown.content.decode()
    assert "Other-Secret-1" not in text
    assert SECRET not in text
    assert all(words in text for words in (was, fingerprint("Other-Secret-1"), "acr loa-4", "没有列出的不变"))
    same = {**asked, "secret": SECRET, "levels": "loa-2 = 2\nloa-3 = 3"}
    first.post(f"{page}change", same)
    assert "什么都没有改" in second.get(page).content.decode()
    first.post(f"{page}change", {**same, "secret": "", "name": "省政务", "makes_accounts": ""})
    rows = [(str(one.what), str(one.before), str(one.after)) for one in second.get(page).context["changes"]]
    assert rows == [("名称", upstream.name, "省政务"), ("没来过的人可以新建账号", "可以", "不可以")]
    UpstreamTerms.objects.filter(state="draft").delete()
    assert second.get(page).context["changes"] == []
