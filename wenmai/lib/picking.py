"""A form's field that picks one of many without a script: type some words, choose among what fits, send again.

Words that name exactly one are taken at once. Everything else on the form is kept meanwhile, as in any form that
comes back with a question.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

MOST = 20
LONGEST = 100


class Option(NamedTuple):
    """`key` is what the form sends, `label` what people read; `exact`: the words are its very name or code."""

    key: str
    label: str
    exact: bool = False


class Picked(NamedTuple):
    """As it was sent: the words, the choice, and the words for which the choices on the page were found."""

    words: str
    key: str
    seen: str


class Shown(NamedTuple):
    """What the page draws."""

    words: str
    seen: str
    key: str
    options: Sequence[Option]


Find = Callable[[str], Sequence[Option]]
"""What fits the words, best first; one more than `MOST` says that there are others."""
Named = Callable[[str], Option | None]
"""The option with that key, if it may be chosen."""


class PickInput(forms.TextInput):
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Picked:
        words, key, seen = (str(data.get(part, "")) for part in (f"{name}_words", name, f"{name}_seen"))
        return Picked(words.strip()[:LONGEST], key[:LONGEST], seen.strip()[:LONGEST])


class PickBound(BoundField):
    @property
    def pick(self) -> Shown:
        assert isinstance(self.field, PickField)
        return self.field.show(self.value())


class PickField(forms.Field):
    """Cleans to the key of what was chosen; to "" where nothing has to be. `none`: the words for nothing; `few`: all
    that there is, shown at once where it is little, and chosen where it is one."""

    widget = PickInput

    def __init__(self, *, find: Find, named: Named, none: str = "", few: Sequence[Option] = (), **options: Any) -> None:
        super().__init__(required=not none, **options)
        self.find, self.named, self.none, self.few = find, named, none, few
        self.found: Sequence[Option] | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return PickBound(form, self, field_name)

    def clean(self, value: Picked) -> str:
        if value.words and value.words != value.seen:
            return self._look(value.words)
        chosen = self.named(value.key) if value.key else None
        if chosen is None and value.words:
            self._look(value.words)
            raise ValidationError(_("请在下面选一个。"))
        if chosen is None and (self.required or value.key):
            raise ValidationError(_("请写名称或代码。"))
        return chosen.key if chosen else ""

    def _look(self, words: str) -> str:
        """The key of the one that the words name exactly; otherwise a question with what fits."""
        found = self.find(words)
        self.found = found[:MOST]
        exact = [option for option in found if option.exact]
        if len(exact) == 1:
            self.found = exact
            return exact[0].key
        if not found:
            raise ValidationError(_("没有找到“%(words)s”。请换个写法，或只写开头几个字。"), params={"words": words})
        if len(found) > MOST:
            raise ValidationError(_("找到的太多，只列出前面一些。请选一个，或写得细一些。"))
        raise ValidationError(_("请在下面选一个。"))

    def show(self, value: Any) -> Shown:
        sent = value if isinstance(value, Picked) else Picked("", str(value or ""), "")
        if self.found is not None:
            key = self.found[0].key if len(self.found) == 1 and self.found[0].exact else sent.key
            return Shown(sent.words, sent.words, key, self.found)
        current = self.named(sent.key) if sent.key else None
        options = [current] if current else self.few
        return Shown(sent.words, sent.seen, options[0].key if len(options) == 1 else "", options)
