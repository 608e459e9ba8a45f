"""An invented family of the demonstration: a guardian and a child, so that a stranger sees both sides."""

import datetime as dt

from django.db import transaction

from wenmai.lib.access import SYSTEM
from wenmai.people import services as people
from wenmai.people.families import services as families
from wenmai.people.families.services.children import NewChild
from wenmai.people.models import User

PARENT, CHILD = "parent", "child"
ACCOUNTS = ((PARENT, "监护人"), (CHILD, "10 岁的孩子（未成年人模式，每天有时间）"))
PHONE = "+8613900000010"
"""Invented; the demonstration shows messages on a page and sends none."""
YEARS = 10


def load(*, place: str, password: str, prints_sms: bool, now: dt.datetime) -> None:
    """Again changes nothing. `place`: the counter where papers were seen; no document number is invented for that."""
    if User.objects.filter(username__in=(PARENT, CHILD)).exists():
        return
    with transaction.atomic():
        parent = people.create_user(username=PARENT, name="许宁", password=password, actor=SYSTEM, now=now)
        if prints_sms:
            people.change_phone(user_id=parent.pk, phone=PHONE, actor=SYSTEM, now=now)
        born = dt.date(now.year - YEARS, 1, 1)
        new = NewChild("许小禾", CHILD, born, password)
        families.link_at_counter(guardian_id=parent.pk, new=new, born=born, place=place, actor=SYSTEM, now=now)
