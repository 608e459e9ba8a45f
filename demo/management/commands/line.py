import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import cards, loading, places
from demo.line import COUNTY, PROVINCE
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people import queries as people_queries
from wenmai.people import services as people
from wenmai.people.models import User
from wenmai.people.provider import queries as apps_known
from wenmai.people.provider import services as apps
from wenmai.people.provider.models import App
from wenmai.people.provider.rules import Terms
from wenmai.people.services import card_documents
from wenmai.people.upstreams import asking
from wenmai.people.upstreams import queries as upstreams_known
from wenmai.people.upstreams import services as upstreams
from wenmai.people.upstreams.models import Upstream

LEVELS = "\n".join(f"urn:wenmai:level:{level} = {level}" for level in range(4))


class Command(BaseCommand):
    help = "Makes two demonstrations known to each other; called by `make demo-line`. Again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        offer = verbs.add_parser("offer", help="the other node is an app of ours; says all that it must know of us")
        # a secret is not an argument: every program of the machine could read it, and it may begin with a dash
        accept = verbs.add_parser("accept", help="people come in by the other; its offer comes by standard input")
        agree = verbs.add_parser(
            "agree",
            help="cards are to count at both: says so, and yes to what it says; its offer comes by standard input",
        )
        for one in (offer, accept, agree):
            for name in ("address", "slug", "name", "owner"):
                one.add_argument(name)

    def handle(self, *args: Any, verb: str, **given: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This node is not a demonstration: set WENMAI_DEMO=1 for one that is.")
        where = given["address"], given["slug"], given["name"], given["owner"]
        if verb == "offer":
            self.stdout.write(json.dumps({**self._people(given["owner"]), **self._offer(*where[:3])}))
        elif verb == "accept":
            self._accept(*where, told=json.load(sys.stdin))
        else:
            self._agree(*where, told=json.load(sys.stdin))

    def _people(self, owner: str) -> dict[str, str]:
        organisations = places.load(actor=SYSTEM, now=clock.now())
        loading.make_accounts(organisations)
        if not User.objects.filter(username="reader").exists():
            people.create_user(
                username="reader", name="林见溪", password=loading.password(), actor=SYSTEM, now=clock.now()
            )
        code = cards.make_card(
            organisation_id=organisations[owner],
            reader=User.objects.get(username="reader"),
            password=loading.password(),
        )
        library = next(one for one in places.INSTITUTIONS if one.key == owner).name
        return {"password": loading.password(), "code": code, "library": library, "pin": card_documents.pin()}

    def _offer(self, address: str, slug: str, name: str) -> dict[str, str]:
        """Entered by one administrator and approved by another, as everywhere. The app is the other's library's."""
        enters, approves, now = _actor("admin"), _actor("province"), clock.now()
        wanted = Terms(
            name=name, redirect_uris=(f"{address}/account/with/{_own_slug()}/back",),
            logout_uris=(f"{address}/",), backchannel_uri=f"{address}/openid/with/{_own_slug()}/logout",
            scopes=("openid", "profile", "cards"),
        )  # fmt: skip
        owner = next(one.owner for one in (PROVINCE, COUNTY) if one.slug == slug)
        organisations = places.load(actor=SYSTEM, now=now)
        apps.allow_scopes(organisation_id=organisations[owner], scopes=wanted.scopes, actor=enters, now=now)
        there = App.objects.filter(sector=f"{slug}.line").first()
        active = apps_known.active_app(there.client_id) if there else None
        if (
            there is not None
            and active is not None
            and ((active.redirect_uris, active.scopes) == (wanted.redirect_uris, wanted.scopes))
        ):
            made = apps.new_secret(app_id=there.pk, actor=enters, now=now)
        elif there is not None:
            apps.revise(app_id=there.pk, terms=wanted, loopback=True, actor=enters, now=now)
            made = apps.new_secret(app_id=there.pk, actor=enters, now=now)
        else:
            made = apps.register(
                organisation_id=organisations[owner], sector=f"{slug}.line", is_public=False, terms=wanted,
                loopback=True, actor=enters, now=now,
            )  # fmt: skip
        for draft in apps_known.history(made.app.pk):
            if draft.state == "draft":
                apps.approve(app_id=made.app.pk, terms_id=draft.pk, actor=approves, now=now)
        return {"client_id": made.app.client_id, "secret": made.secret}

    def _accept(self, address: str, slug: str, name: str, owner: str, told: dict[str, str]) -> None:
        """Entered by one administrator and approved by another, too. `told`: what the other's `offer` said."""
        wish = upstreams.Wish(
            name=name, issuer=address, client_id=told["client_id"], secret=told["secret"], levels=LEVELS,
            level_otherwise=0, makes_accounts=True,
        )  # fmt: skip
        by, now = _actor("admin"), clock.now()
        there = Upstream.objects.filter(slug=slug).first()
        if there is None:
            there = upstreams.add(slug=slug, wish=wish, loopback=True, actor=by, now=now)
        else:
            there = upstreams.revise(upstream_id=there.pk, wish=wish, loopback=True, actor=by, now=now)
        draft = upstreams_known.waiting_terms(there.pk)
        assert draft is not None
        approves = _actor("province")
        there = upstreams.approve(upstream_id=there.pk, terms_id=draft.pk, actor=approves, now=clock.now())
        asking.learn(there, clock.now())
        upstreams.switch(upstream_id=there.pk, to=True, actor=by, now=now)

    def _agree(self, address: str, slug: str, name: str, owner: str, told: dict[str, str]) -> None:
        both = {"enters": _actor("admin"), "approves": _actor("province")}
        library = places.load(actor=SYSTEM, now=clock.now())[owner]
        cards.know(address=address, name=name, pin=told["pin"], **both)
        cards.offer(address=address, organisation_id=library, code=told["code"], name=told["library"], **both)
        cards.hear(**both)


def _own_slug() -> str:
    """What the other node calls this one: the word of its cookies."""
    return settings.SESSION_COOKIE_NAME.removesuffix("_session")


def _actor(username: str) -> Actor:
    return people_queries.actor(User.objects.get(username=username))
