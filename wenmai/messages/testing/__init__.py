"""Messages for other modules' tests."""

import datetime as dt

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.messages import services

PHONE = "+8613800138000"
LIFE = dt.timedelta(minutes=5)


def make_sms(phone: str = PHONE, *, code: str = "482913", now: dt.datetime | None = None) -> int:
    """A login code on its way; the node needs a gateway that is on."""
    now = now or clock.now()
    return services.send_sms(
        phone=phone, template="login_code", values={"code": code, "minutes": "5"}, expires_at=now + LIFE,
        actor=SYSTEM, now=now,
    )  # fmt: skip
