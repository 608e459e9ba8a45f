"""Organisations and places are no persons; who said a number is."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Table, columns

TABLES = (
    Table(
        "institutions.Setting", _("设定机构规定的人"), _("知道是谁设定的"), Basis.DUTY,
        columns("entered_by entered_by_name entered_at", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：是谁设定的"), seen=STAFF, impersonal="name value replaced_at",
    ),
)  # fmt: skip
IMPERSONAL = {
    "institutions.Place": "code prefix name level valid_from valid_to source source_key",
    "institutions.PlaceSuccession": "kind on source",
    "institutions.PlaceEdition": "name as_of deepest counts loaded_at",
    "institutions.Organisation": (
        "code name short_name kind administrative_path professional_path intro created_at closed_on"
    ),
}
