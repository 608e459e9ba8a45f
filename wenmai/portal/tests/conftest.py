from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.institutions.testing import make_organisation
from wenmai.people.models import RoleGrant, User
from wenmai.search.testing import make_index

READER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def reader() -> Client:
    """Somebody with a browser and without an account."""
    return Client(headers={"user-agent": READER})


@pytest.fixture
def staff(db: None) -> Callable[[str], Client]:
    """A logged-in person with one role everywhere."""

    def log_in(role: str) -> Client:
        user = User.objects.create(username=f"u-{role}", name="办事员")
        RoleGrant.objects.create(user=user, role=role)
        client = Client(headers={"user-agent": READER})
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def poems(db: None) -> dict[str, Record]:
    """Three published records of one institution, indexed."""
    feed = make_feed(organisation_id=make_organisation("测试市图书馆").pk)
    made = {
        "春曉": make_record(
            feed,
            "k1",
            title="春曉",
            creator="孟浩然",
            temporal="唐",
            licence="public_domain",
            language="zh",
            text="春眠不覺曉，處處聞啼鳥。\n夜來風雨聲，花落知多少。",
        ),
        "宿建德江": make_record(
            feed, "k2", title="宿建德江", creator="孟浩然", temporal="唐", text="移舟泊烟渚，日暮客愁新。"
        ),
        "书影": make_record(feed, "k3", title="<b>书影</b>", type="image", licence="login"),
    }
    index()
    return made


def index() -> None:
    make_index(catalogue.documents(list(catalogue.keys())))
