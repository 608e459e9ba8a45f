from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoicesApp(AppConfig):
    name = "wenmai.voices"

    def ready(self) -> None:
        from wenmai.institutions.rules import settings
        from wenmai.journal import services as journal
        from wenmai.lib import mine, personal, upkeep, vault
        from wenmai.people.values import Matter, Owned, register_matter, register_owned
        from wenmai.review import rules as review
        from wenmai.voices import queries, services
        from wenmai.voices.hotline import queries as hotline
        from wenmai.voices.personal import IMPERSONAL, RULES, TABLES, askers_that_stay, own_ratings
        from wenmai.voices.queries import ratings, soundness
        from wenmai.voices.rules import links, rated
        from wenmai.voices.rules.needs import CONTACT, REVIEWED
        from wenmai.voices.rules.settings import GROUP
        from wenmai.voices.services.planning import PURCHASE
        from wenmai.voices.surveys import queries as surveys

        personal.register(TABLES, IMPERSONAL, RULES)
        settings.register(GROUP)
        vault.register("voices.Asker", "contact_sealed", purpose=CONTACT)
        vault.register("voices.Box", "sealed", purpose=surveys.BOX)
        vault.register("voices.HotlineBatch", "rows_sealed", purpose=hotline.ROWS)
        review.register(
            review.Kind(REVIEWED, _("需求的答复"), read=queries.read_for_review, hashes=queries.hashes_for_review)
        )
        review.register(
            review.Kind(rated.REVIEWED, _("参加者的评语"), read=ratings.read_comments, hashes=ratings.comment_hashes)
        )
        journal.subscribe("voices", services.HEARD, services.hear)
        journal.subscribe("voices.comments", services.HEARD, services.hear_comment)
        upkeep.register("voices", soundness.findings, services.mend)
        register_owned(Owned("ratings", _("写的评价"), "voices.Rating", "person"))
        register_owned(
            Owned("ratings_for_children", _("替孩子写的评价"), "voices.Rating", "guardian", stays=own_ratings)
        )
        links.register(links.Kind(PURCHASE, _("采购计划"), queries.read_purchases))
        register_owned(Owned("needs", _("提的需求"), "voices.Asker", "user", stays=askers_that_stay))
        register_matter(Matter("needs", _("提需求"), frozenset({"voices.needed", "voices.seconded"})))
        mine.register(mine.Shelf("needs", _("提的需求"), "my_needs:index", queries.coming))
        _register_queues()
        _register_surveys()


def _register_queues() -> None:
    from wenmai.lib import waiting
    from wenmai.voices import queries

    page = "desk:voices:index"
    for queue in (
        waiting.Queue(
            "needs_new", "needs.change", _("没有归并的需求"), _("看看有没有一样的，并在一起或单独办"), page,
            queries.waiting_head, query="step=collected",
        ),
        waiting.Queue(
            "needs_deciding", "needs.decide", _("等决定的需求"), _("采纳、部分采纳，或者说明为什么不"), page,
            queries.deciding_head, query="step=assessing",
        ),
        waiting.Queue(
            "needs_late", "needs.change", _("过期的需求"), _("过了该办的日子"), page, queries.late_head, query="late=1"
        ),
    ):  # fmt: skip
        waiting.register(queue)


def _register_surveys() -> None:
    from wenmai.booking.queries import venues
    from wenmai.journal import services as journal
    from wenmai.lib import mine, personal
    from wenmai.people.values import Owned, register_owned
    from wenmai.review import rules as review
    from wenmai.voices.rules import attending
    from wenmai.voices.surveys import queries, services
    from wenmai.voices.surveys.personal import IMPERSONAL, RULES, TABLES, invited_already
    from wenmai.voices.surveys.rules import REVIEWED

    personal.register(TABLES, IMPERSONAL, RULES)
    review.register(
        review.Kind(REVIEWED, _("问卷"), read=queries.read_for_review, hashes=queries.hashes_for_review)
    )  # fmt: skip
    journal.subscribe("voices.surveys", {"review.taken_down", "review.restored"}, services.hear)
    attending.register(attending.Attending("venues", _("场馆"), venues.who_came))
    register_owned(Owned("surveys", _("抽中的问卷"), "voices.Invitation", "user", stays=invited_already))
    mine.register(mine.Shelf("surveys", _("抽中的问卷"), "surveys:index", queries.coming))
