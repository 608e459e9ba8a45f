"""Numbers of orders that an institution may say for itself. Defaults are ours, none is a norm."""

from django.utils.translation import gettext_lazy as _

from wenmai.institutions.rules.settings import Group, Setting

ACCEPT_HOURS = "orders.accept_hours"
GROUP = Group(
    "orders", _("点单配送"), "organisations.change", (
        Setting(
            ACCEPT_HOURS, _("派单后几小时内接单，过了问下一家"), 48, 1, 720, _("从下一次派单起照这个。"),
        ),
    ),
)  # fmt: skip
