"""What `wenmai check` asks of places and organisations."""

from collections.abc import Iterator

from django.db.models import F, Q

from wenmai.institutions.models import Organisation, Place
from wenmai.institutions.rules import codes
from wenmai.lib.upkeep import Finding

PROVINCES = 34


def findings() -> Iterator[Finding]:
    standing = Place.objects.filter(valid_to=None)
    loaded = standing.filter(demo=False)
    provinces = loaded.filter(level=codes.PROVINCE).count()
    if not loaded.filter(level=codes.TOWNSHIP).exists():
        yield Finding(True, "no gazetteer loaded yet: wenmai places load")
    else:
        yield Finding(provinces == PROVINCES, f"{provinces} of {PROVINCES} province-level units")
    odd = standing.filter(Q(parent__level__gte=F("level")) | Q(parent__valid_to__isnull=False)).count()
    yield Finding(odd == 0, f"{odd} places below one that ended, or of no higher level")
    left = Organisation.objects.exclude(place__valid_to=None).count()
    yield Finding(left == 0, f"{left} organisations at a place that ended: somebody has to say where they are now")
