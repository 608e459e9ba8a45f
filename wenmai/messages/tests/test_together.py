"""Many who ask at once, and processes that are killed."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from django.conf import settings as node
from django.db import connection, connections

from wenmai.lib import clock
from wenmai.lib.refusal import Refused
from wenmai.messages import rules, services
from wenmai.messages.models import Message
from wenmai.messages.testing import make_sms
from wenmai.messages.testing.server import KEY_ID, SECRET, Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("of", ["SMS_PER_PHONE", "SMS_PER_HOUR"])
def test_many_who_ask_at_once_do_not_pass_the_ceiling(provider: Provider, settings, of: str) -> None:
    setattr(settings, of, 3)
    start = threading.Barrier(8)
    said: list[str] = []

    def ask(which: int) -> None:
        try:
            start.wait(30)
            make_sms() if of == "SMS_PER_PHONE" else make_sms(f"+861390000000{which}")
            said.append("sent")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    refused = "phone_ceiling" if of == "SMS_PER_PHONE" else "node_ceiling"
    assert sorted(said) == sorted(["sent"] * 3 + [refused] * 5)
    assert Message.objects.count() == 3


def test_two_workers_with_the_same_job_send_once(provider: Provider) -> None:
    pk = make_sms()
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait(30)
            services.deliver(message_id=pk, now=clock.now)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Message.objects.get(pk=pk).state == "sent"
    assert len(provider.asked) == 1


_WORKER = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from wenmai.lib import clock
from wenmai.messages import services
services.deliver(message_id=int(sys.argv[2]), now=clock.now)
"""


@pytest.mark.slow
def test_a_worker_killed_while_the_provider_has_it_costs_nothing(provider: Provider) -> None:
    """The provider had taken it: the second attempt brings the same key, and the phone rings once."""
    provider.modes = ["hang"]
    pk = make_sms()
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "WENMAI_SMS_GATEWAY": "http",
        "WENMAI_SMS_URL": provider.url, "WENMAI_SMS_KEY_ID": KEY_ID, "WENMAI_SMS_SECRET": SECRET,
        "WENMAI_ALLOWED_PRIVATE_HOSTS": "127.0.0.1", "WENMAI_DATA_KEYS": str(node.DATA_KEYS),
    }  # fmt: skip
    arguments = [sys.executable, "-c", _WORKER, connection.settings_dict["NAME"], str(pk)]
    with subprocess.Popen(arguments, env=environment) as worker:
        while not provider.asked:
            assert worker.poll() is None, "it ended by itself"
            provider.over.wait(0.05)
        worker.send_signal(signal.SIGKILL)
    left = Message.objects.get(pk=pk)
    assert (left.state, left.attempts) == ("waiting", 1)
    later = clock.now() + rules.HOLD
    services.dispatch(now=later)
    services.deliver(message_id=pk, now=lambda: later)
    assert Message.objects.get(pk=pk).state == "sent"
    assert len(provider.asked) == 2
    assert len(provider.delivered) == 1
