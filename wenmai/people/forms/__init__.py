"""Input of the pages for accounts."""

from wenmai.people.forms.entrance import CodeForm, NameForm, NewPasswordForm, PasswordLoginForm, PhoneForm
from wenmai.people.forms.staff import AccountForm, GrantForm, PasswordForm

__all__ = [
    "AccountForm",
    "CodeForm",
    "GrantForm",
    "NameForm",
    "NewPasswordForm",
    "PasswordForm",
    "PasswordLoginForm",
    "PhoneForm",
]
