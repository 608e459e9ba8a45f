"""Every change of accounts, roles, passwords and telephones."""

from wenmai.people.attempts import begin_login, login_succeeded
from wenmai.people.services.accounts import (
    choose_password,
    create_user,
    first_password,
    note_language,
    rename,
    reset_password,
    switch_off,
    switch_on,
)
from wenmai.people.services.codes import Asker, check_code, send_code
from wenmai.people.services.factors import forget_secrets, keep_secret, remove_factors
from wenmai.people.services.grants import (
    answer_request,
    ask_role,
    delegate,
    end_delegation,
    grant,
    review_grants,
    revoke,
    switch_separation,
    withdraw_request,
)
from wenmai.people.services.identities import (
    check_identity,
    confirm_in_person,
    counter_code,
    forget_identity,
    hold_level,
)
from wenmai.people.services.merges import begin_merge, device_index, merge, undo_merge
from wenmai.people.services.readers import change_phone, create_reader, end_sessions, note_login

__all__ = [
    "Asker",
    "answer_request",
    "ask_role",
    "begin_login",
    "begin_merge",
    "change_phone",
    "check_code",
    "check_identity",
    "choose_password",
    "confirm_in_person",
    "counter_code",
    "create_reader",
    "create_user",
    "delegate",
    "device_index",
    "end_delegation",
    "end_sessions",
    "first_password",
    "forget_identity",
    "forget_secrets",
    "grant",
    "hold_level",
    "keep_secret",
    "login_succeeded",
    "merge",
    "note_language",
    "note_login",
    "remove_factors",
    "rename",
    "reset_password",
    "review_grants",
    "revoke",
    "send_code",
    "switch_off",
    "switch_on",
    "switch_separation",
    "undo_merge",
    "withdraw_request",
]
