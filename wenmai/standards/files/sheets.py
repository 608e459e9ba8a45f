"""Reading a table of a data file: each thing asked for by name and kind, what nobody asked for refused."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from wenmai.standards.rules.values import Evidence, Label, Plan, Verification

Choice = TypeVar("Choice", bound=StrEnum)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]*\Z")
_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){1,2}\Z")
_MISSING = object()


class Fault(Exception):
    """What is wrong with a file, in a sentence for whoever mends it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what


class Sheet:
    """One table of a TOML file. Every reader raises `Fault`; `close` refuses keys that were never read."""

    def __init__(self, table: object, file: str, place: str = "") -> None:
        self.file = file
        self.place = place
        if not isinstance(table, dict):
            raise self.fault("must be a table")
        self._table: dict[str, Any] = table
        self._read: set[str] = set()

    def fault(self, what: str) -> Fault:
        return Fault(self.file, f"{self.place}: {what}" if self.place else what)

    def has(self, key: str) -> bool:
        return key in self._table

    def take(self, key: str, kind: type | tuple[type, ...], name: str, default: object = _MISSING) -> Any:
        """The value of a key; `name` says in words what it should have been."""
        self._read.add(key)
        value = self._table.get(key, default)
        if value is _MISSING:
            raise self.fault(f"{key} is missing")
        if value is not default and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise self.fault(f"{key} must be {name}")
        return value

    def text(self, key: str, default: object = _MISSING) -> str:
        value: str = self.take(key, str, "a text", default)
        if default is _MISSING and not value.strip():
            raise self.fault(f"{key} is empty")
        return value

    def code(self, key: str) -> str:
        value = self.text(key)
        if not _CODE.match(value):
            raise self.fault(f"{key} “{value}” must be a code: letters, digits, . _ / + -")
        return value

    def version(self, key: str) -> str:
        value = self.text(key)
        if not _VERSION.match(value):
            raise self.fault(f"{key} “{value}” must be numbers with dots, such as 1.0")
        return value

    def flag(self, key: str, default: object = _MISSING) -> bool:
        return bool(self.take(key, bool, "true or false", default))

    def number(self, key: str, default: object = _MISSING) -> int:
        value: int = self.take(key, int, "a whole number", default)
        return value

    def day(self, key: str) -> dt.date | None:
        value: dt.date | None = self.take(key, dt.date, "a date", None)
        return value

    def words(self, key: str, default: object = _MISSING) -> tuple[str, ...]:
        value = self.take(key, list, "a list of texts", default)
        if not all(isinstance(item, str) and item for item in value):
            raise self.fault(f"{key} must be a list of texts")
        return tuple(value)

    def numbers(self, key: str, count: int) -> tuple[int, ...]:
        value = self.take(key, list, f"a list of {count} whole numbers")
        if len(value) != count or not all(isinstance(n, int) and not isinstance(n, bool) for n in value):
            raise self.fault(f"{key} must be a list of {count} whole numbers")
        return tuple(value)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        value = self.text(key)
        if value not in set(kind):
            raise self.fault(f"{key} “{value}” must be one of {', '.join(kind)}")
        return kind(value)

    def label(self, key: str, default: object = _MISSING) -> Label:
        if default is not _MISSING and not self.has(key):
            self._read.add(key)
            return Label("", "")
        inner = Sheet(self.take(key, dict, "{ zh = …, en = … }"), self.file, f"{self.place} {key}".strip())
        label = Label(inner.text("zh"), inner.text("en"))
        inner.close()
        return label

    def table(self, key: str, default: object = _MISSING) -> "Sheet":
        return Sheet(self.take(key, dict, "a table", default), self.file, f"{self.place} {key}".strip())

    def tables(self, key: str, default: object = _MISSING) -> Iterator["Sheet"]:
        """The tables of an array; each is named by its code, or its number."""
        for number, table in enumerate(self.take(key, list, "a list of tables", default), 1):
            name = str(table.get("code", number)) if isinstance(table, dict) else str(number)
            yield Sheet(table, self.file, f"{key} {name}")

    def entries(self) -> Iterator[tuple[str, "Sheet"]]:
        """The tables that stand in this one, by name."""
        for key in self._table:
            yield key, self.table(key)

    def verification(self) -> Verification:
        inner = self.table("verification")
        verification = Verification(inner.choice("evidence", Evidence), inner.label("source"), inner.day("on"))
        inner.close()
        if verification.on is not None and not verification.evidence.verified:
            raise inner.fault(f"evidence {verification.evidence} is not verified, so there is no day on which it was")
        return verification

    def plan(self) -> Plan:
        inner = self.table("activation", {})
        plan = Plan(inner.day("announced"), inner.day("optional"), inner.day("mandatory"))
        inner.close()
        if not plan.ordered() or not plan.stepped():
            raise inner.fault("announced, optional and mandatory must follow each other in time, none left out")
        return plan

    def close(self) -> None:
        """Refuses what nobody read: a misspelt key would otherwise be lost in silence."""
        unknown = sorted(set(self._table) - self._read)
        if unknown:
            raise self.fault(f"unknown key {', '.join(unknown)}")


def open_sheet(path: Path, root: Path) -> Sheet:
    """The whole file as a sheet; `Fault` when it cannot be read as TOML in UTF-8."""
    name = path.relative_to(root.parent).as_posix()
    try:
        return Sheet(tomllib.loads(path.read_text("utf-8")), name)
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(name, f"cannot be read ({error.__class__.__name__})") from error
    except tomllib.TOMLDecodeError as error:
        raise Fault(name, f"is no TOML: {error}") from error
