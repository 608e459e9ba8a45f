"""Every change of accounts, roles, passwords and telephones."""

from wenmai.people.attempts import begin_login, login_succeeded
from wenmai.people.services.accounts import (
    change_password,
    choose_password,
    create_user,
    first_password,
    grant,
    rename,
    reset_password,
    revoke,
    switch_off,
    switch_on,
)
from wenmai.people.services.codes import Asker, check_code, forget_codes, send_code
from wenmai.people.services.factors import forget_secrets, keep_secret
from wenmai.people.services.readers import change_phone, create_reader, end_sessions, note_login

__all__ = [
    "Asker",
    "begin_login",
    "change_password",
    "change_phone",
    "check_code",
    "choose_password",
    "create_reader",
    "create_user",
    "end_sessions",
    "first_password",
    "forget_codes",
    "forget_secrets",
    "grant",
    "keep_secret",
    "login_succeeded",
    "note_login",
    "rename",
    "reset_password",
    "revoke",
    "send_code",
    "switch_off",
    "switch_on",
]
