"""Every read of the catalogue that is worth a name; called through the package: `catalogue.cards(…)`."""

from wenmai.catalogue.queries.attachments import attached, carries, shows_file
from wenmai.catalogue.queries.cards import Card, cards, newest, of_creator, of_organisation
from wenmai.catalogue.queries.counts import counts, counts_by_organisation, latest_counts
from wenmai.catalogue.queries.documents import documents, keys, stamps
from wenmai.catalogue.queries.feeds import (
    FeedStanding,
    crosswalks_for,
    describer,
    describer_through,
    feed,
    feed_numbers,
    feed_standing,
    feeds_of,
    feeds_through,
    ids_by_key,
    live_keys_sql,
)
from wenmai.catalogue.queries.grading import graded_by, open_regrading, outdated_count, regradings, targets
from wenmai.catalogue.queries.pages import RecordPage, Related, VersionLine, raw, record_page, tombstone
from wenmai.catalogue.queries.reviews import (
    Waiting,
    organisations_of_files,
    queue,
    waiting,
    waiting_count,
    waiting_files,
)
from wenmai.catalogue.queries.staff import (
    StaffLine,
    StaffRecord,
    organisation_of,
    organisations_of,
    staff_lines,
    staff_record,
)
from wenmai.catalogue.queries.told import Told, earliest, safe_moment, tell, told

__all__ = [
    "Card",
    "FeedStanding",
    "RecordPage",
    "Related",
    "StaffLine",
    "StaffRecord",
    "Told",
    "VersionLine",
    "Waiting",
    "attached",
    "cards",
    "carries",
    "counts",
    "counts_by_organisation",
    "crosswalks_for",
    "describer",
    "describer_through",
    "documents",
    "earliest",
    "feed",
    "feed_numbers",
    "feed_standing",
    "feeds_of",
    "feeds_through",
    "graded_by",
    "ids_by_key",
    "keys",
    "latest_counts",
    "live_keys_sql",
    "newest",
    "of_creator",
    "of_organisation",
    "open_regrading",
    "organisation_of",
    "organisations_of",
    "organisations_of_files",
    "outdated_count",
    "queue",
    "raw",
    "record_page",
    "regradings",
    "safe_moment",
    "shows_file",
    "staff_lines",
    "staff_record",
    "stamps",
    "targets",
    "tell",
    "told",
    "tombstone",
    "waiting",
    "waiting_count",
    "waiting_files",
]
