"""A press that is good for once: a page that is loaded again does not show again what it showed."""

import secrets

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

FIELD = "unmask"
"""Of the form."""


def new(request: HttpRequest) -> str:
    """For the form on the page that asks; it replaces the one that was given before."""
    word = secrets.token_urlsafe(16)
    request.session[FIELD] = f"{request.path} {word}"
    return word


def spend(request: HttpRequest) -> bool:
    """Whether this press is the one that the last question on this page gave; whatever it was, it is over."""
    there = str(request.session.pop(FIELD, ""))
    return bool(there) and constant_time_compare(there, f"{request.path} {request.POST.get(FIELD, '')}")
