"""Numbers that differ from place to place: what each module lets institutions say for themselves.

A module registers its groups when it starts. None of the numbers is law: what nobody has said is this system's default.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.refusal import Refused

Words = str | Promise


class Setting(NamedTuple):
    """`name`: module and number, `activities.elder_age`; `usual`: this system's default; `note`: what somebody who says
    the number has to know."""

    name: str
    words: Words
    usual: int
    least: int
    most: int
    note: Words = ""


class Group(NamedTuple):
    """What stands on one page; `permission`: who may say these numbers, where the institution lies."""

    code: str
    words: Words
    permission: str
    settings: tuple[Setting, ...]

    def setting(self, name: str) -> Setting | None:
        return next((one for one in self.settings if one.name == name), None)


_groups: dict[str, Group] = {}
_settings: dict[str, Setting] = {}


def register(group: Group) -> None:
    """Once for each code, when a module starts."""
    assert group.code not in _groups, f"{group.code} is registered twice"
    _groups[group.code] = group
    for one in group.settings:
        assert one.name not in _settings, f"{one.name} is registered twice"
        assert one.least <= one.usual <= one.most, f"the default of {one.name} is out of its bounds"
        _settings[one.name] = one


def groups() -> list[Group]:
    return list(_groups.values())


def group_of(code: str) -> Group | None:
    return _groups.get(code)


def setting_of(name: str) -> Setting:
    return _settings[name]


def words_of(name: str) -> str:
    """What it is called; of one that nobody registers any more, its name."""
    return str(_settings[name].words) if name in _settings else name


def checked(group: Group, said: Mapping[str, int | None]) -> dict[str, int | None]:
    """Nothing said: as above. Refused: unknown_setting, number_odd (detail: the name)."""
    for name, value in said.items():
        one = group.setting(name)
        if one is None:
            raise Refused("unknown_setting", name)
        if value is not None and not one.least <= value <= one.most:
            raise Refused("number_odd", name)
    return dict(said)


def nearest(known: Mapping[tuple[int | None, str], int], path: str, name: str) -> tuple[int | None, int] | None:
    """Who says the number that counts on this path ("/1/7/": ids from the top), and which: the institution itself,
    else the nearest above it, else the node (no id)."""
    for place in (*upwards(path), None):
        if (place, name) in known:
            return place, known[place, name]
    return None


def upwards(path: str) -> list[int]:
    """ "/1/7/" -> 7, 1: oneself first."""
    return [int(one) for one in reversed(path.split("/")) if one]
