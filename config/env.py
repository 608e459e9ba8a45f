"""Reads environment variables, once and typed; an odd value stops the start with a sentence that says what to do."""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from wenmai.lib import keyring


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is “{value}”: set it to 1 or 0, or leave it out.")
    return default


def number(name: str, default: int, low: int, high: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} is “{value}”: set it to a whole number from {low} to {high}.")
    return int(value)


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name} is “{value}”: set it to one of {', '.join(among)}.")
    return value


def pairs(name: str) -> dict[str, str]:
    """name=value, with commas between."""
    found = dict(word.split("=", 1) for word in words(name) if "=" in word)
    if len(found) != len(words(name)) or not all(key and value for key, value in found.items()):
        raise ImproperlyConfigured(f"{name} cannot be read: give pairs such as login_code=1234,security_notice=1235.")
    return found


def web_address(name: str, inside: list[str]) -> str:
    """https://…, or http:// to a host of one's own network."""
    value = text(name)
    try:
        parts = urlsplit(value)
        fine = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in inside))
    except ValueError:
        fine = False
    if value and not fine:
        raise ImproperlyConfigured(
            f"{name} is “{value}”: give an address with https://, or one with http:// to a host in "
            "WENMAI_ALLOWED_PRIVATE_HOSTS."
        )
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks with commas between; a single address is a network of its own."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as odd:
        raise ImproperlyConfigured(f"{name}: {odd}. Give networks such as 127.0.0.1,10.0.0.0/8,2001:db8::/32.") from odd


def mail(name: str, default: str) -> str:
    """As OAI-PMH's schema wants it: harvesters are told whom to write to."""
    value = text(name, default)
    if not re.fullmatch(r"\S+@(\S+\.)+\S+", value):
        raise ImproperlyConfigured(f"{name} is “{value}”: give a mail address such as library@example.org.")
    return value


def folder(name: str, default: Path) -> Path:
    value = text(name)
    return Path(value).expanduser().resolve() if value else default


def secret(name: str, kept_in: Path) -> str:
    """The variable's value, or one that is made at the first start and kept, readable by the owner only."""
    value = text(name)
    if value and len(value) < 32:
        raise ImproperlyConfigured(f"{name} is too short: give at least 32 random characters.")
    if value:
        return value
    if not kept_in.exists():
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept_in.with_name(f"{kept_in.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, kept_in)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept_in.read_text()


def data_keys(name: str, kept_in: Path) -> Path:
    """The file of the keys that seal personal data: made at the first start where the variable names no other."""
    path = folder(name, kept_in)
    keyring.at_start(path, may_make=not text(name))
    return path


def database(url: str) -> dict[str, Any]:
    """DATABASE_URL (postgresql://user:password@host:port/name?host=/socket/folder&sslmode=verify-full) as Django's
    settings. What stands behind the question mark is libpq's, and none of it is passed over."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name: "
            "Wenmai keeps its promises in PostgreSQL 15 or newer and runs on nothing else."
        )
    try:
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        port = parts.port
    except ValueError as odd:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read ({odd}): write it as …?sslmode=require.") from odd
    return {
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": {"application_name": "wenmai", **options},
    }
