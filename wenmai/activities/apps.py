from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesApp(AppConfig):
    name = "wenmai.activities"

    def ready(self) -> None:
        from wenmai.activities import queries, services
        from wenmai.activities.personal import IMPERSONAL, RULES, TABLES, attendees_that_stay
        from wenmai.activities.queries import soundness
        from wenmai.activities.rules import KIND
        from wenmai.activities.rules.settings import GROUP
        from wenmai.files import services as files
        from wenmai.institutions.rules import settings
        from wenmai.journal import services as journal
        from wenmai.lib import agenda, evidence, mine, personal, upkeep
        from wenmai.people.values import Matter, Owned, register_matter, register_owned
        from wenmai.review import rules as review

        personal.register(TABLES, IMPERSONAL, RULES)
        settings.register(GROUP)
        upkeep.register("activities", soundness.findings)
        agenda.register(agenda.Source("activities", "activities.door", _("活动"), queries.happenings))
        evidence.register(evidence.Source("activities", "activities.view", _("活动"), queries.pieces))
        mine.register(mine.Shelf("activities", _("我的活动"), "my_activities:index", queries.coming))
        files.register_gate("activities", queries.shows_file)
        files.register_claims("activities", queries.claims_files)
        review.register(
            review.Kind(
                KIND, _("活动"), read=queries.read_for_review, hashes=queries.hashes_for_review,
                earlier=queries.earlier_for_review,
            )
        )  # fmt: skip
        journal.subscribe("activities", services.HEARD, services.hear)
        journal.subscribe("activities.places", services.HEARD_PLACES, services.hear_places)
        journal.subscribe("activities.absences", services.HEARD_ABSENCES, services.hear_lifted)
        _register_queues()
        register_owned(Owned("enrolments", _("报的活动"), "activities.Enrolment", "booked_by"))
        register_owned(
            Owned("attendances", _("参加的活动"), "activities.Attendee", "person", stays=attendees_that_stay)
        )
        register_owned(Owned("activity_calendars", _("私人日历的地址"), "activities.CalendarKey", alone=True))
        _register_voices()
        deeds = frozenset({"activities.enrolled", "activities.waiting", "activities.left"})
        register_matter(Matter("activities", _("报名参加活动"), deeds))


def _register_voices() -> None:
    from wenmai.activities.queries import rating
    from wenmai.activities.services.rating import LINK
    from wenmai.voices.rules import attending, links, rated

    attending.register(attending.Attending("sessions", _("活动"), rating.people))
    rated.register(rated.Kind(rating.KIND, _("活动的一场"), rating.attended))
    links.register(
        links.Kind(LINK, _("活动"), rating.fulfilments, begin="desk:activities:new", permission="activities.change")
    )


def _register_queues() -> None:
    from wenmai.activities import queries
    from wenmai.activities.queries import imports
    from wenmai.lib import waiting

    waiting.register(
        waiting.Queue(
            "activity_cancelling", "activities.cancel", _("等您同意取消"), _("同事提出取消活动，要另一个人同意"),
            "desk:activities:call_offs", queries.call_offs_waiting,
        )
    )  # fmt: skip
    waiting.register(
        waiting.Queue(
            "activity_applications", "activities.change", _("报名等审核"), _("看一看，通过或者说明理由"),
            "desk:activities:index", queries.applications, query="waits=1",
        )
    )  # fmt: skip
    waiting.register(
        waiting.Queue(
            "activity_calendars", "activities.change", _("别家的日历有变化"), _("看过再导入，或者取消来源里没有了的"),
            "desk:activities:imports", imports.waiting,
        )
    )  # fmt: skip
