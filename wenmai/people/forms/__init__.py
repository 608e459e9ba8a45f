"""Input of the pages for accounts."""

from wenmai.people.forms.entrance import CodeForm, IdentityForm, NameForm, NewPasswordForm, PasswordLoginForm, PhoneForm
from wenmai.people.forms.staff import AccountForm, CounterForm, GrantForm, PresenceForm

__all__ = [
    "AccountForm",
    "CodeForm",
    "CounterForm",
    "GrantForm",
    "IdentityForm",
    "NameForm",
    "NewPasswordForm",
    "PasswordLoginForm",
    "PhoneForm",
    "PresenceForm",
]
