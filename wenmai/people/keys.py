"""The large keys of a kiosk where no script runs: each press sends the form, which comes back with one digit more."""

from collections.abc import Mapping

from django.http import HttpRequest

from wenmai.people import screens

MOST = 20


def pressed(request: HttpRequest, field: str) -> str | None:
    """What the field holds after a press; nothing where the form was sent to be answered."""
    if request.method != "POST" or "key" not in request.POST or not screens.is_shared(request):
        return None
    return after(request.POST, field)


def after(given: Mapping[str, str], field: str) -> str:
    text, key = given.get(field, "")[:MOST], given["key"]
    if key == "clear":
        return ""
    if key == "back":
        return text[:-1]
    return (text + key)[:MOST] if key in "0123456789" and len(key) == 1 else text
