"""Every change of accounts, roles, passwords and telephones."""

from wenmai.people.attempts import begin_login, login_succeeded
from wenmai.people.services.accounts import (
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
from wenmai.people.services.factors import forget_secrets, keep_secret, remove_factors
from wenmai.people.services.identities import (
    check_identity,
    confirm_in_person,
    counter_code,
    forget_identity,
    hold_level,
)
from wenmai.people.services.readers import change_phone, create_reader, end_sessions, note_login

__all__ = [
    "Asker",
    "begin_login",
    "change_phone",
    "check_code",
    "check_identity",
    "choose_password",
    "confirm_in_person",
    "counter_code",
    "create_reader",
    "create_user",
    "end_sessions",
    "first_password",
    "forget_codes",
    "forget_identity",
    "forget_secrets",
    "grant",
    "hold_level",
    "keep_secret",
    "login_succeeded",
    "note_login",
    "remove_factors",
    "rename",
    "reset_password",
    "revoke",
    "send_code",
    "switch_off",
    "switch_on",
]
