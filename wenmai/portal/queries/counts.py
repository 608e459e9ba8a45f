"""How many records each institution has: asked of the catalogue at most twice a minute."""

from typing import cast

from django.core.cache import cache

from wenmai.catalogue import queries as catalogue

KEPT_SECONDS = 30


def by_organisation() -> dict[int, int]:
    return cast(dict[int, int], cache.get_or_set("portal.counts", catalogue.counts_by_organisation, KEPT_SECONDS))
