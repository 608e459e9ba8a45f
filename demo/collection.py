"""The pictures, recordings, films and books that the demonstration makes itself, as records with files."""

import io
import json

from django.conf import settings

from demo import media
from demo.progress import Bar
from wenmai.catalogue import queries as catalogue_queries
from wenmai.catalogue import services as catalogue
from wenmai.files import services as files
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

FOLDER = settings.VAR / "demo" / "media"
RECORDS = settings.VAR / "demo" / "feeds" / "media"


def lay_out() -> list[media.MediaItem]:
    """Makes the files that are not there yet, and the feed's file that describes them."""
    bar = Bar(1)

    def tell(done: int, total: int) -> None:
        bar.total = total
        bar.at(done, "生成图片、录音和短片")

    items = media.make(FOLDER, tell)
    RECORDS.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": item.key, **item.elements}, ensure_ascii=False) for item in items]
    (RECORDS / "media.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return items


def attach(feed_id: int, items: list[media.MediaItem]) -> None:
    """Stores each file and adds it to its record; again changes nothing."""
    now = clock.now()
    ids = catalogue_queries.ids_by_key(feed_id, [item.key for item in items])
    for item in items:
        with item.path.open("rb") as stream:
            stored = files.store(stream, declared_type=item.media_type, name=item.path.name, actor=SYSTEM, now=now)
        label = item.elements["title"][0]
        attached = catalogue.attach(record_id=ids[item.key], object_id=stored.pk, label=label, actor=SYSTEM, now=now)
        if item.captions:
            words = io.BytesIO(item.captions.encode())
            kept = files.store(words, name=f"{item.key}.vtt", actor=SYSTEM, now=now)
            catalogue.caption(attachment_id=attached.pk, object_id=kept.pk, language="zh", actor=SYSTEM, now=now)
