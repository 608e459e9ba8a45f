"""`make demo-line` makes the nodes known to each other by two people, and again changes nothing but the secret."""

import io
import json
import sys
from typing import Any

import pytest
from django.core.management import call_command

from wenmai.people.upstreams import queries
from wenmai.people.upstreams.models import Upstream, UpstreamTerms
from wenmai.people.upstreams.testing import Provider


@pytest.mark.django_db
def test_each_start_of_the_line_leaves_one_approved_upstream(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO, settings.ALLOWED_PRIVATE_HOSTS = True, ["127.0.0.1"]
    there = Provider()
    try:
        about = (there.issuer, "province", "省", "county_library")
        for secret in ("one", "another"):
            call_command("line", "offer", *about, stdout=(said := io.StringIO()))
            offered = json.dumps({**json.loads(said.getvalue()), "client_id": "us", "secret": secret})
            monkeypatch.setattr(sys, "stdin", io.StringIO(offered))
            call_command("line", "accept", *about)
            assert queries.buttons() == [("province", "省")]
    finally:
        there.close()
    terms = Upstream.objects.get().terms
    assert terms is not None
    assert terms.entered_by != terms.reviewed_by
    assert UpstreamTerms.objects.filter(state="active").count() == 1
    assert not UpstreamTerms.objects.filter(state="draft").exists()
