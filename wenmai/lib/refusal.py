"""How a service says no: a code that views turn into words."""


class Refused(Exception):
    """A rule said no. `code` is stable and machine-readable; `detail` names what it was about; nothing was changed."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
