"""The command `wenmai`: Django's commands and those of our modules, with the operators' ones listed first."""

import argparse
import gc
import os
import sys
from typing import NoReturn

OPERATORS = """usage: wenmai COMMAND [options]        (wenmai COMMAND --help tells more)

  up         everything at once: PostgreSQL from the wheel unless DATABASE_URL is set, web, worker, indexer
  serve      the web processes
  worker     runs jobs: harvests, schedules, upkeep
  indexer    keeps the search index equal to the catalogue
  places     load: the divisions of today and their history; --villages for all of them
  organisations  list and add institutions
  account    add, grant, list: accounts of staff and their roles
  sources    list, add, change and pause the sources that records come from
  mappings   list, show, try, add, renew and retire the mappings that records are read through
  harvest    run one source now and watch it
  reindex    build the search index anew beside the old one, then switch
  check      do catalogue, index, identifiers and files agree?  --mend puts right what can be
  journal    what was done: verify its chain, sign its end, write it out for others
  keys       of the personal data at rest: list, rotate, retire
  privacy    personal data: register, enforce its times
  signing    keys that sign logins for other apps: list, rotate
  cards      electronic reader cards: verify without a network, keys, rotate
  activities  look at a calendar of somebody else, and take it over
  voices     look at the file of a hotline (12345), and make needs of its rows
  draw       do a draw by lot of an activity again from its published file
  door       check tickets at a door without a network, and send what was noted there
  regrade    grade records by the profile versions that count today; --status says how far it is
  standards  check the registry's files, export profiles, decide from when one applies
  migrate    bring the database to this release
  postgres   start or stop the embedded PostgreSQL
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    collect_seldom()
    join_pins(sys.argv)
    if sys.argv[1:2] == ["up"] and "--demo" in sys.argv:
        be_demonstration(sys.argv)
    if len(sys.argv) < 2 or (sys.argv[1] in {"-h", "--help", "help"} and len(sys.argv) == 2):
        sys.stdout.write(OPERATORS)
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error

    from config.postgres import PostgresFailed

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        end_with("\nInterrupted; what was confirmed is kept.", 130)
    except (ImproperlyConfigured, PostgresFailed) as refusal:
        end_with(str(refusal), 2)
    except (Error, OSError) as fault:
        from wenmai.lib.outages import sentence

        if not sentence(fault):
            raise
        end_with(sentence(fault), 2)


def collect_seldom() -> None:
    """A batch makes tens of thousands of objects, none of which name each other in a circle: to look for circles at
    every 700 (Python's default) costs a seventh of an ingest."""
    gc.set_threshold(20_000, 20, 20)


def join_pins(arguments: list[str]) -> None:
    """In place: one thumbprint in 64 begins with a dash, which would be read as an option."""
    while "--pin" in arguments[:-1]:
        at = arguments.index("--pin")
        arguments[at : at + 2] = [f"--pin={arguments[at + 1]}"]


def end_with(sentence: str, code: int) -> NoReturn:
    """After all that was said before, wherever that was buffered."""
    sys.stdout.flush()
    sys.stderr.write(f"{sentence}\n")
    sys.exit(code)


def be_demonstration(arguments: list[str]) -> None:
    """Settings are read once, at the start: those of the demonstration must be there before."""
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--port", default="8000")
    port = options.parse_known_args(arguments)[0].port
    os.environ["WENMAI_DEMO"] = "1"
    os.environ.setdefault("WENMAI_SITE_NAME", "漪岭文脉")
    os.environ.setdefault("WENMAI_ORGANISER", "漪岭省公共数字文化服务（演示）")
    os.environ.setdefault("WENMAI_BASE_URL", f"http://127.0.0.1:{port}")


if __name__ == "__main__":
    main()
