"""Every change of apps, of what people agreed to, of logins at apps and of the keys that sign."""

from wenmai.people.provider.services.apps import approve, new_secret, refuse, register, resume, revise, stop
from wenmai.people.provider.services.consents import consent, forget_app
from wenmai.people.provider.services.keys import at_start, rotate, sign, tend
from wenmai.people.provider.services.logins import (
    Granted,
    begin_login,
    end_logins,
    issue_code,
    new_tokens,
    refresh,
    revoke,
    rotate_tokens,
    subject,
    take_code,
)
from wenmai.people.provider.services.notices import deliver, deliver_late
from wenmai.people.provider.services.scopes import allow_scopes, drop_scopes, withhold

__all__ = [
    "Granted",
    "allow_scopes",
    "approve",
    "at_start",
    "begin_login",
    "consent",
    "deliver",
    "deliver_late",
    "drop_scopes",
    "end_logins",
    "forget_app",
    "issue_code",
    "new_secret",
    "new_tokens",
    "refresh",
    "refuse",
    "register",
    "resume",
    "revise",
    "revoke",
    "rotate",
    "rotate_tokens",
    "sign",
    "stop",
    "subject",
    "take_code",
    "tend",
    "withhold",
]
