from django.apps import AppConfig


class CatalogueApp(AppConfig):
    name = "wenmai.catalogue"

    def ready(self) -> None:
        from wenmai.catalogue import checks, queries
        from wenmai.lib import upkeep
        from wenmai.search import services as search

        search.register("record", build=queries.documents, keys=queries.keys, stamps=queries.stamps)
        upkeep.register("catalogue", checks.check)
        upkeep.register_gauges(checks.gauges)
