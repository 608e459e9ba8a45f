"""Why a record is gone, where no person wrote a reason: kept as a plain sentence, said in the reader's language."""

from django.utils.translation import gettext as _

DELETED = "deleted by its source"
UNLISTED = "no longer listed by its source"
# With the reason that somebody gave for closing the source.
NOT_PROVIDED = "no longer provided: "


def in_words(reason: str) -> str:
    """The reason as a reader is told it; what people wrote stays as it is."""
    if reason == DELETED:
        return _("来源删除了这条记录")
    if reason == UNLISTED:
        return _("来源不再列出这条记录")
    if reason.startswith(NOT_PROVIDED):
        return _("来源不再提供（%(reason)s）") % {"reason": reason.removeprefix(NOT_PROVIDED)}
    return reason
