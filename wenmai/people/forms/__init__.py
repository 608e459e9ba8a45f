"""Input of the pages for accounts."""

from wenmai.people.forms.entrance import CodeForm, IdentityForm, NameForm, NewPasswordForm, PasswordLoginForm, PhoneForm
from wenmai.people.forms.staff import AccountForm, CounterForm, DelegationForm, GrantForm, PresenceForm, VillageForm

__all__ = [
    "AccountForm",
    "CodeForm",
    "CounterForm",
    "DelegationForm",
    "GrantForm",
    "IdentityForm",
    "NameForm",
    "NewPasswordForm",
    "PasswordLoginForm",
    "PhoneForm",
    "PresenceForm",
    "VillageForm",
]
