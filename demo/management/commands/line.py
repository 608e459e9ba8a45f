import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import cards, loading, places
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
        verbs.add_parser("people", help="institutions and accounts of the demonstration, and a reader")
        offer = verbs.add_parser("offer", help="the other node is an app of ours")
        # a secret is not an argument: every program of the machine could read it, and it may begin with a dash
        agree = verbs.add_parser(
            "agree",
            help="our library's cards are to count at theirs, and theirs here; its thumbprint by standard input",
        )
        verbs.add_parser("hear", help="reads what the other says about cards, and says yes to it")
        accept = verbs.add_parser("accept", help="people come in by the other node; its offer comes by standard input")
        people = verbs.choices["people"]
        for one in (offer, accept):
            for name in ("address", "slug", "name"):
                one.add_argument(name)
        for one in (people, offer, agree):
            one.add_argument("owner")
        for name in ("address", "name", "code", "library"):
            agree.add_argument(name)

    def handle(self, *args: Any, verb: str, **given: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This node is not a demonstration: set WENMAI_DEMO=1 for one that is.")
        if verb == "people":
            self.stdout.write(json.dumps(self._people(given["owner"])))
        elif verb in ("agree", "hear"):
            self._recognise(verb, given)
        elif verb == "offer":
            self.stdout.write(json.dumps(self._offer(given["address"], given["slug"], given["name"], given["owner"])))
        else:
            self._accept(given["address"], given["slug"], given["name"], **json.load(sys.stdin))

    def _people(self, owner: str) -> dict[str, str]:
        organisations = places.load(actor=SYSTEM, now=clock.now())
        loading.make_accounts(organisations)
        if not User.objects.filter(username="reader").exists():
            people.create_user(
                username="reader", name="林见溪", password=loading.password(), actor=SYSTEM, now=clock.now()
            )
        code = cards.make_card(organisation_id=organisations[owner], reader=User.objects.get(username="reader"))
        library = next(one for one in places.INSTITUTIONS if one.key == owner).name
        return {"password": loading.password(), "code": code, "library": library, "pin": card_documents.pin()}

    def _recognise(self, verb: str, given: dict[str, str]) -> None:
        """By two administrators, as everywhere."""
        both = {"enters": _actor("admin"), "approves": _actor("province")}
        if verb == "agree":
            owner = places.load(actor=SYSTEM, now=clock.now())[given["owner"]]
            address = given["address"]
            cards.know(address=address, name=given["name"], pin=sys.stdin.read().strip(), **both)
            cards.offer(
                address=address, organisation_id=owner, code=given["code"], name=given["library"], **both
            )  # fmt: skip
        cards.hear(**both)

    def _offer(self, address: str, slug: str, name: str, owner: str) -> dict[str, str]:
        """Entered by one administrator and approved by another, as everywhere."""
        enters, approves, now = _actor("admin"), _actor("province"), clock.now()
        wanted = Terms(
            name=name, redirect_uris=(f"{address}/account/with/{_own_slug()}/back",),
            logout_uris=(f"{address}/",), backchannel_uri=f"{address}/openid/with/{_own_slug()}/logout",
            scopes=("openid", "profile", "cards"),
        )  # fmt: skip
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

    def _accept(self, address: str, slug: str, name: str, client_id: str, secret: str) -> None:
        """Entered by one administrator and approved by another, too."""
        wish = upstreams.Wish(
            name=name, issuer=address, client_id=client_id, secret=secret, levels=LEVELS, level_otherwise=0,
            makes_accounts=True,
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


def _own_slug() -> str:
    """What the other node calls this one: the word of its cookies."""
    return settings.SESSION_COOKIE_NAME.removesuffix("_session")


def _actor(username: str) -> Actor:
    return people_queries.actor(User.objects.get(username=username))
