"""The large keys of a kiosk where no script runs, on the pages of an account."""

from django.http import HttpRequest

from wenmai.lib import keypad
from wenmai.people import screens


def pressed(request: HttpRequest, field: str) -> str | None:
    """What the field holds after a press; nothing where the form was sent to be answered."""
    if request.method != "POST" or "key" not in request.POST or not screens.is_shared(request):
        return None
    return keypad.after(request.POST, field)
