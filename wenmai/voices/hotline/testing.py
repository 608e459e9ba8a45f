"""Files of a hotline for tests of other modules."""

import io

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.voices.hotline import services
from wenmai.voices.hotline.models import HotlineFile

HEAD = "工单编号,来电号码,诉求标题,诉求内容,事发地址,诉求类型,来电时间"


def make_hotline(
    organisation_id: int, *rows: str, document: bytes | None = None, name: str = "工单.csv"
) -> HotlineFile:
    """Offered; each row as CSV."""
    content = document if document is not None else "\n".join([HEAD, *rows]).encode()
    return services.offer_hotline(
        organisation_id=organisation_id, file=io.BytesIO(content), name=name, size=len(content), actor=SYSTEM,
        now=clock.now(),
    )  # fmt: skip
