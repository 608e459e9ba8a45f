"""The desk's pages with 10,000 organisations and 1,000,000 accounts, against the same pages with a hundred of each.

In CPU time of this process and of its database connection, so that what else the machine does counts little.
"""

import os
import time
from pathlib import Path

from django.db import connection
from django.test import Client

from bench.rows import Row, row
from demo import places
from wenmai.lib import clock, vault
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user

FEW, MANY, READERS = 100, 10_000, 1_000_000
ROUNDS = 8
NODE = "the node"
PAGES = {
    "home": "/desk/",
    "organisations": "/desk/organisations/",
    "organisations, last page": "/desk/organisations/?page=100000",
    "organisations, by name": "/desk/organisations/?q=站99",
    "organisations, by code": "/desk/organisations/?q=9000000000000042",
    "organisations, of a region": "/desk/organisations/?region=霁川市",
    "one organisation": "/desk/organisations/{top}/",
    "accounts": "/desk/accounts/",
    "accounts, last page": "/desk/accounts/?page=100000",
    "accounts, by name": "/desk/accounts/?q=馆员99",
    "accounts, a reader": "/desk/accounts/?q=读者7",
    "accounts, nobody": "/desk/accounts/?q=查无此人",
    "one account": "/desk/accounts/10000700/",
    "a new account": "/desk/accounts/new",
    "roles, to look at again": "/desk/roles/review",
    "roles, unused": "/desk/roles/review?look=unused",
    "requests for roles": "/desk/requests/",
    "apps": "/desk/apps/",
    "card systems": "/desk/cards/",
    "card systems, last page": "/desk/cards/?page=100000",
    "card systems, by name": "/desk/cards/?q=站99",
    "one card system": "/desk/cards/1000001/",
    "cards in doubt": "/desk/cards/doubts/",
    "card agreements": "/desk/cards/agreements/",
    "groups": "/desk/groups/",
    "groups, last page": "/desk/groups/?page=100000",
    "groups, by name": "/desk/groups/?q=团99",
    "groups that wait": "/desk/groups/?standing=waiting",
    "one group": "/desk/groups/1000101/",
    "messages": "/desk/messages/",
    "sources": "/sources/",
    "sources, by name": "/sources/?q=站99",
    "a new source": "/sources/new",
    "a new source, by name": "/sources/new?name=x&kind=oai&organisation_words=站99",
    "identifiers": "/desk/identifiers/",
    "files that wait": "/desk/catalogue/files/",
    "records": "/desk/catalogue/records/",
    "records, by title": "/desk/catalogue/records/?q=待审的书99",
    "reports": "/desk/reports/",
}
OF_THE_NODE = {"accounts, a reader", "accounts, nobody", "one account", "messages"}
"""Shown to whoever has the whole node."""
FILL = """
INSERT INTO institutions_organisation (id, code, name, short_name, kind, place_id, administrative_parent_id,
  administrative_path, professional_path, reports_for_itself, demo, intro)
SELECT 1000000 + n, to_char(9000000000000000 + n, 'FM0000000000000000'), p.name || '综合文化服务中心站' || n, '',
  'station', p.id, %(top)s, %(path)s || 1000000 + n || '/', '/' || 1000000 + n || '/', false, true, ''
FROM generate_series(%(first)s, %(last)s) n
JOIN (SELECT id, name, row_number() OVER (ORDER BY code) - 1 AS turn, count(*) OVER () AS places
  FROM institutions_place WHERE valid_to IS NULL) p ON p.turn = n %% p.places;
INSERT INTO people_user (id, username, name, password, is_active, password_is_first, created_at)
SELECT 10000000 + n * 100, 'staff' || n, '馆员' || n, '', n %% 10 > 0, false, now()
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO people_rolegrant (user_id, role, organisation_id, region, created_at)
SELECT 10000000 + n * 100, 'cataloguer', 1000000 + n, '', now() FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO catalogue_feed (id, organisation_id, code, name, format, crosswalk, on_arrival)
SELECT 1000000 + n, 1000000 + n, 'bench' || n, '站' || n || '的书目', 'oai_dc', 'oai_dc', 'publish'
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO harvest_source (id, feed_id, kind, address, prefix, sets, schedule, deletions, brake_percent,
  allow_private_hosts, is_paused, identity)
SELECT 1000000 + n, 1000000 + n, 'oai', 'https://opac' || n || '.example.org/oai', 'oai_dc', '[]', '', 'automatic', 20,
  false, false, '{}'
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO harvest_run (source_id, mode, state, asked_by, created_at, claim, is_stop_asked, received_count, new_count,
  changed_count, unchanged_count, deleted_count, duplicate_count, quarantined_count, unreadable_count, gone_count,
  missing_count, place, doubts, notes, failure, failure_detail, failure_excerpt)
SELECT 1000000 + n, 'full', 'finished', '', now(), 0, false, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, '{}', '[]', '{}', '', '', ''
FROM generate_series(%(first)s, %(last)s) n, generate_series(1, 3) again;
INSERT INTO catalogue_intake (id, feed_id, kind, address, run)
SELECT 1000000 + n, 1000000 + n, 'oai', '', '' FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO catalogue_record (id, feed_id, source_key, state, version, shown_version, shown_hash, raw_hash, recipe,
  type, title, creator, match_key, match_rule, content_tier, metadata_tier)
SELECT 10000000 + 2 * n + shown, 1000000 + n, 'k' || shown, CASE shown WHEN 1 THEN 'published' ELSE 'held' END, 1,
  CASE shown WHEN 1 THEN 1 END, CASE shown WHEN 1 THEN '\\x00'::bytea END, '\\x00', 'bench', 'text',
  CASE shown WHEN 1 THEN '已发布的书' ELSE '待审的书' END || n, '', n, 'bench', 0, 'C'
FROM generate_series(%(first)s, %(last)s) n, generate_series(0, 1) shown;
INSERT INTO catalogue_recordversion (record_id, number, intake_id, elements, content_hash, raw, raw_hash, raw_size,
  format, datestamp)
SELECT r.id, 1, r.feed_id, '{}', '\\x00', '\\x00', '\\x00', 1, 'oai_dc', ''
FROM catalogue_record r WHERE r.feed_id BETWEEN 1000000 + %(first)s AND 1000000 + %(last)s;
UPDATE catalogue_feed SET on_arrival = 'hold' WHERE id BETWEEN 1000000 + %(first)s AND 1000000 + %(last)s;
INSERT INTO identifiers_identifier (id, name, client, client_key, organisation_code, state, minted_at,
  title, reason)
SELECT 1000000 + n, '99.test.bench/' || n, 'desk:' || code, 'k', code, 'reserved', now(), '', ''
FROM generate_series(%(first)s, %(last)s) n, to_char(9000000000000000 + n, 'FM0000000000000000') code;
INSERT INTO portal_report (kind, page, subject_kind, subject_key, organisation_id, words, status, client,
  created_at, answer)
SELECT 'correct', '/', '', '', 1000000 + n, '第' || n || '处有误', 'open', '', now(), ''
FROM generate_series(%(first)s, %(last)s) n;
"""
FILL_READERS = """
INSERT INTO people_user (id, username, name, password, is_active, password_is_first, phone_sealed, phone_index,
  created_at)
SELECT 10000000 + n / 99 * 100 + n %% 99 + 1, 'r' || md5(n::text), '读者' || n, '', true, false, 'sealed',
  md5('p' || n), now()
FROM generate_series(%(first)s, %(last)s) n
"""

FILL_CARDS = """
INSERT INTO people_cardsystem (id, organisation_id, kind, name, settings, secret_sealed, is_on, created_at, failure)
SELECT 1000000 + n, 1000000 + n, 'sip2', '站' || n || '读者证', '{}', '', true, now(), ''
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO people_recheck (system_id, is_on, per_minute, failed_count, lately, held_at, held_count)
SELECT 1000000 + n, true, 30, 0, '', CASE n %% 100 WHEN 0 THEN now() END, CASE n %% 100 WHEN 0 THEN 3 ELSE 0 END
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO people_agreement (giver_id, host_id, offered_by_id, services, says_number, from_on, until_on, offered_at,
  accepted_at, reason)
SELECT 1000000 + n, %(top)s, 1000000 + n, '["enter"]', false, '2026-01-01', '2030-01-01', now(), now(), ''
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO people_readercard (user_id, system_id, number_sealed, number_index, name_sealed, standing, linked_at,
  checked_at, due_at, doubt, doubted_at, said_number_sealed, said_standing)
SELECT 10000000 + n / 99 * 100 + n %% 99 + 1,
  1000000 + CASE WHEN n %% 2 = 0 THEN 1 ELSE %(first)s + n %% (%(last)s - %(first)s + 1) END, %(number)s,
  md5('c' || n), '', CASE n %% 100 WHEN 7 THEN 'doubted' ELSE 'good' END, now(), now(), now() + interval '1 day',
  CASE n %% 100 WHEN 7 THEN 'number' ELSE '' END, CASE n %% 100 WHEN 7 THEN now() END,
  CASE n %% 100 WHEN 7 THEN %(said)s ELSE '' END, CASE n %% 100 WHEN 7 THEN 'good' ELSE '' END
FROM generate_series(%(first_reader)s, %(last_reader)s) n;
WITH made AS (
  INSERT INTO people_group (id, name, kind, about, responsible_id, organisation_id, standing, reason, made_at)
  SELECT 1000000 + 100 * n + k, '团' || n || '之' || k, 'choir', '', 10000000 + n * 100, 1000000 + n,
    CASE WHEN n %% 100 = 0 THEN 'waiting' ELSE 'approved' END, '', now()
  FROM generate_series(%(first)s, %(last)s) n, generate_series(1, 3) k RETURNING id, responsible_id
)
INSERT INTO people_groupmember (group_id, user_id, shares_phone, joined_at)
SELECT id, 10000000 + 100 * (%(first)s + (responsible_id / 100 - 100000 - %(first)s + j)
  %% (%(last)s - %(first)s + 1)), false, now()
FROM made, generate_series(0, 9) j
"""
"""A card system for each organisation, a card for each reader, half of them of one large library; three groups each."""


def measure() -> list[Row]:
    organisations = places.load(actor=SYSTEM, now=clock.now())
    top = organisations["province_office"]
    readers = {
        NODE: client_of(make_user("bench-all", role="platform_admin")),
        "a branch": client_of(make_user("bench-branch", role="organisation_admin", organisation_id=top)),
        "a region": client_of(make_user("bench-region", role="organisation_admin", region="99")),
    }
    pages = {name: path.format(top=top) for name, path in PAGES.items()}
    fill(top, 1, FEW)
    fill_readers(1, FEW)
    fill_cards(top, (1, FEW), (1, FEW))
    asked = {who: {name: pages[name] for name in pages if who == NODE or name not in OF_THE_NODE} for who in readers}
    few = {who: costs(client, asked[who]) for who, client in readers.items()}
    fill(top, FEW + 1, MANY)
    fill_readers(FEW + 1, READERS)
    fill_cards(top, (FEW + 1, MANY), (FEW + 1, READERS))
    many = {who: costs(client, asked[who]) for who, client in readers.items()}
    return [
        row(f"desk_pages: {name}, {who}", str(MANY), many[who][name], "ms of CPU", few[who][name])
        for who in readers
        for name in asked[who]
    ]


def fill(top: int, first: int, last: int) -> None:
    """Organisations below `top`, each with an account, a source with three runs, two records, a name and a report."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT administrative_path FROM institutions_organisation WHERE id = %s", [top])
        asked = {"top": top, "path": cursor.fetchone()[0], "first": first, "last": last}
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, asked)
        cursor.execute("VACUUM ANALYZE")


def fill_readers(first: int, last: int) -> None:
    """Accounts that readers made themselves, and between them those of the staff."""
    with connection.cursor() as cursor:
        cursor.execute(FILL_READERS, {"first": first, "last": last})
        cursor.execute("VACUUM ANALYZE")


def fill_cards(top: int, organisations: tuple[int, int], readers: tuple[int, int]) -> None:
    """What readers and their groups have at these organisations."""
    asked: dict[str, str | int] = {
        "top": top, "first": organisations[0], "last": organisations[1], "first_reader": readers[0],
        "last_reader": readers[1], "number": vault.seal("0000123456", purpose="people.card_number"),
        "said": vault.seal("0000123457", purpose="people.card_said_number"),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in FILL_CARDS.split(";\n"):
            cursor.execute(statement, asked)
        cursor.execute("VACUUM ANALYZE")


def costs(client: Client, pages: dict[str, str]) -> dict[str, float]:
    return {name: _cost(client, path) for name, path in pages.items()}


def _cost(client: Client, path: str) -> float:
    """Milliseconds of CPU for one page, after two that fill what is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    for _round in range(2):
        answer = client.get(path)
        if answer.status_code not in (200, 400):  # 400: many fit the words, and are shown
            raise RuntimeError(f"{path} answered {answer.status_code}")
    began = time.process_time() + cpu_of(backend)
    for _round in range(ROUNDS):
        client.get(path)
    return (time.process_time() + cpu_of(backend) - began) / ROUNDS * 1000


def cpu_of(process: int) -> float:
    """Seconds of CPU that another process has had, to a hundredth."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
