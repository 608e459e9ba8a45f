from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueApp(AppConfig):
    name = "wenmai.catalogue"

    def ready(self) -> None:
        from wenmai.catalogue.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
        from wenmai.catalogue import checks, queries, services
        from wenmai.catalogue.rules import REVIEWED
        from wenmai.files import services as files
        from wenmai.journal import services as journal
        from wenmai.lib import upkeep, waiting
        from wenmai.review import rules as review
        from wenmai.search import services as search

        search.register("record", build=queries.documents, keys=queries.keys, stamps=queries.stamps)
        files.register_gate("catalogue", queries.shows_file)
        files.register_pool("catalogue", queries.suits_minors)
        files.register_claims("catalogue", queries.attached)
        files.register_listener("catalogue", services.note_opening)
        upkeep.register("catalogue", checks.check, checks.mend, checks.look_deep)
        upkeep.register_gauges(checks.gauges)
        review.register(
            review.Kind(
                REVIEWED,
                _("目录记录"),
                read=queries.read_for_review,
                hashes=queries.hashes_for_review,
                earlier=queries.earlier_for_review,
                permissions={"catalogue.review": _("审核记录")},
            )
        )
        journal.subscribe("catalogue", services.HEARD, services.hear)
        waiting.register(
            waiting.Queue(
                "record_files",
                "catalogue.review",
                _("待审文件"),
                _("看一看，通过或退回"),
                "desk:catalogue:files",
                queries.head,
            )
        )
