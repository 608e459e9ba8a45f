from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingApp(AppConfig):
    name = "wenmai.booking"

    def ready(self) -> None:
        from wenmai.booking import queries
        from wenmai.booking.personal import IMPERSONAL, RULES, TABLES
        from wenmai.booking.rules.settings import GROUPS
        from wenmai.institutions.rules import settings
        from wenmai.lib import personal, upkeep
        from wenmai.people.values import Owned, register_owned

        personal.register(TABLES, IMPERSONAL, RULES)
        upkeep.register("booking", queries.check, queries.mend)
        for group in GROUPS:
            settings.register(group)
        register_owned(
            Owned("booking_claims", _("占的名额"), "booking.Claim", "holder", stays=queries.claims_that_stay)
        )
        register_owned(Owned("booking_waits", _("候补"), "booking.Wait", "holder", alone_by="share"))
        register_owned(Owned("booking_stays", _("约的时段"), "booking.Stay", "holder"))
        register_owned(Owned("booking_requests", _("约的场馆"), "booking.VenueRequest", "holder"))
        register_owned(Owned("booking_series", _("成组约的场馆"), "booking.VenueSeries", "holder"))
        _register_venues()
        _register_absences()


def _register_venues() -> None:
    from wenmai.booking.venues import queries, services
    from wenmai.booking.venues.rules.faces import REVIEWED
    from wenmai.files import services as files
    from wenmai.journal import services as journal
    from wenmai.lib import agenda, evidence, mine, waiting
    from wenmai.people.values import Matter, register_matter
    from wenmai.review import rules as review

    agenda.register(agenda.Source("venues", "bookings.view", _("场馆"), queries.happenings))
    evidence.register(evidence.Source("venues", "bookings.view", _("场馆"), queries.pieces))
    mine.register(mine.Shelf("venues", _("订的场馆"), "account_bookings", queries.coming))

    review.register(review.Kind(REVIEWED, _("场馆"), read=queries.read_for_review, hashes=queries.hashes_for_review))
    deeds = frozenset({
        "booking.venue_asked", "booking.venue_cancelled", "booking.venue_moved", "booking.venue_series_asked",
        "booking.venue_series_cancelled",
    })  # fmt: skip
    register_matter(Matter("venues", _("约场馆"), deeds))
    journal.subscribe("booking.venues", services.HEARD, services.hear)
    files.register_gate("booking", queries.shows_file)
    files.register_claims("booking", queries.files_claimed)
    waiting.register(
        waiting.Queue(
            "venue_requests", "bookings.change", _("想用场馆的"), _("同意，或说明为什么不"),
            "desk:booking:requests", queries.head, query="step=requested",
        )
    )  # fmt: skip
    waiting.register(
        waiting.Queue(
            "venues_left", "bookings.change", _("用完等人看的场馆"), _("看看收拾好没有，有没有损坏"),
            "desk:booking:requests", queries.untidy, query="step=checked_out",
        )
    )  # fmt: skip


def _register_absences() -> None:
    from wenmai.booking.absences import personal as theirs
    from wenmai.booking.absences import queries
    from wenmai.booking.absences.rules import APPEALS
    from wenmai.lib import personal, vault, waiting
    from wenmai.people.values import Matter, Owned, register_matter, register_owned

    personal.register(theirs.TABLES, {}, theirs.RULES)
    vault.register("booking.AbsenceAppeal", "said_sealed", purpose=APPEALS)
    register_owned(Owned("booking_absences", _("爽约和取消"), "booking.Absence", "person", stays=queries.same_subject))
    register_owned(Owned("booking_pauses", _("停约"), "booking.Pause", "person", stays=queries.pauses_that_stay))
    register_matter(Matter("absences", _("看爽约、申诉"), frozenset({"booking.absence_appealed"})))
    waiting.register(
        waiting.Queue(
            "absence_appeals", "absences.decide", _("对爽约的申诉"), _("看说明，决定算不算"),
            "desk:booking:absences", queries.head, query="state=appealed",
        )
    )  # fmt: skip
