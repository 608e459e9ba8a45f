"""The large keys of a kiosk where no script runs: each press sends the form, which comes back with one digit more."""

from collections.abc import Mapping

MOST = 20


def after(given: Mapping[str, str], field: str) -> str:
    """What the field holds after the press that the form was sent with."""
    text, key = given.get(field, "")[:MOST], given["key"]
    if key == "clear":
        return ""
    if key == "back":
        return text[:-1]
    return (text + key)[:MOST] if key in "0123456789" and len(key) == 1 else text
