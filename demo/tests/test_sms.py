"""The demonstration's telephone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, set_urlconf
from django.utils import translation

import config.urls
from demo import sms
from wenmai.lib import clock
from wenmai.messages import services
from wenmai.messages.models import Message
from wenmai.messages.testing import make_sms


@pytest.fixture(autouse=True)
def demonstration(settings, tmp_path: Path) -> Iterator[None]:
    settings.SMS_GATEWAY, settings.VAR = "print", tmp_path
    settings.ROOT_URLCONF = "demo.tests.urls"
    yield
    set_urlconf(None)  # a request leaves it behind in its thread


@pytest.mark.django_db
def test_a_visitor_reads_the_code_on_the_page(caplog: pytest.LogCaptureFixture) -> None:
    assert "还没有" in Client().get("/demo/sms").content.decode()
    pk = make_sms(code="771204")
    services.deliver(message_id=pk, now=clock.now)
    assert Message.objects.get(pk=pk).state == "sent"
    answer = Client().get("/demo/sms")
    assert "验证码 771204，5 分钟内有效" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "验证码 771204" in caplog.text
    assert "771204" in Client().get("/en/demo/sms").content.decode()


@pytest.mark.django_db
def test_the_newest_twenty_stay_and_a_second_attempt_shows_nothing_twice() -> None:
    for number in range(25):
        pk = make_sms(f"+8613900139{number:03}", code=f"1000{number:02}")
        claimed = services._claim(pk, clock.now())
        assert claimed is not None
        services._ask(claimed)
        services._ask(claimed)
    assert [one.text[4:10] for one in sms.latest()] == [f"1000{number:02}" for number in range(24, 4, -1)]


def test_a_line_that_a_kill_cut_short_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "sms.jsonl").write_text('["k", "2026-03-01T00:00:00+00:00", "+86", "好"]\n["k", "2026')
    assert [one.text for one in sms.latest()] == ["好"]


def test_only_a_demonstration_has_the_page() -> None:
    with translation.override("zh-hans"):
        assert resolve("/demo/sms", "demo.tests.urls").view_name == "demo:sms"
        with pytest.raises(Resolver404):
            resolve("/demo/sms", config.urls.__name__)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"WENMAI_SMS_GATEWAY": "print"}, "which shows codes to everybody"),
        ({"WENMAI_SMS_GATEWAY": "pigeon"}, "set it to one of none, http, print"),
        ({"WENMAI_SMS_GATEWAY": "http"}, "give WENMAI_SMS_URL, WENMAI_SMS_KEY_ID and WENMAI_SMS_SECRET"),
        ({"WENMAI_SMS_URL": "http://sms.example.org/"}, "give an address with https://"),
        ({"WENMAI_SMS_TEMPLATES": "login_code"}, "give pairs such as"),
    ],
)
def test_a_start_with_odd_settings_ends_in_a_sentence(variables: dict[str, str], sentence: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WENMAI_")}
    root = Path(__file__).parent.parent.parent
    ended = subprocess.run(
        [sys.executable, "manage.py", "check", "--settings-only"], cwd=root, capture_output=True, text=True,
        check=False,
        env={**kept, "WENMAI_VAR": str(tmp_path), "DATABASE_URL": "postgresql://nowhere/none", **variables},
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
