from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingApp(AppConfig):
    name = "wenmai.booking"

    def ready(self) -> None:
        from wenmai.booking import queries
        from wenmai.booking.personal import IMPERSONAL, RULES, TABLES
        from wenmai.lib import personal, upkeep
        from wenmai.people.values import Owned, register_owned

        personal.register(TABLES, IMPERSONAL, RULES)
        upkeep.register("booking", queries.check, queries.mend)
        register_owned(
            Owned("booking_claims", _("占的名额"), "booking.Claim", "holder", stays=queries.claims_that_stay)
        )
        register_owned(Owned("booking_waits", _("候补"), "booking.Wait", "holder", alone_by="share"))
        register_owned(Owned("booking_stays", _("约的时段"), "booking.Stay", "holder"))
