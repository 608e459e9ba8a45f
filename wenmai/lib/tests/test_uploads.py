from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client, RequestFactory

from wenmai.lib.access import NOBODY, Actor


def posted(actor: Actor) -> Any:
    upload = SimpleUploadedFile("poems.mrc", b"x" * 4_000_000, "application/marc")
    request = RequestFactory().post("/", {"file": upload, "label": "诗"})
    request.actor = actor  # type: ignore[attr-defined]
    return request


def test_a_file_from_nobody_is_passed_over_and_the_rest_of_the_form_is_read() -> None:
    request = posted(NOBODY)
    assert (request.POST["label"], dict(request.FILES)) == ("诗", {})


def test_a_file_from_somebody_arrives() -> None:
    with posted(Actor(7, "某")).FILES["file"] as file:
        assert file.size == 4_000_000


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/oai", "/account/enter", "/desk/catalogue/files/", "/sources/1/upload"])
def test_no_page_writes_what_a_stranger_sends(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    monkeypatch.setattr(
        TemporaryFileUploadHandler, "receive_data_chunk", lambda _handler, part, _start: written.append(len(part))
    )
    upload = SimpleUploadedFile("bomb", b"x" * 4_000_000)
    Client(enforce_csrf_checks=True).post(address, {"file": upload})
    assert written == []
