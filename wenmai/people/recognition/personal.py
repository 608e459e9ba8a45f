"""Who entered and approved what is said to other nodes."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Table, columns

TWO = columns("entered_by entered_at approved_by approved_at", withheld=WORK)

TABLES = (
    Table(
        "people.Peer",
        _("录入和核对别的平台的人"),
        _("证明录入的人和核对的人不是同一个"),
        Basis.DUTY,
        TWO,
        of="entered_by",
        ending=Ending.KEPT,
        because=_("只有编号；谁核对了别的平台，要说得清"),
        seen=STAFF,
        impersonal="issuer name pin ended_at seq keys lines keep_until fetched_at failure",
    ),
    Table(
        "people.PeerAgreement",
        _("录入和通过跨平台互认的人"),
        _("证明录入的人和通过的人不是同一个"),
        Basis.DUTY,
        TWO,
        of="entered_by",
        ending=Ending.KEPT,
        because=_("只有编号；谁同意了互认，要说得清"),
        seen=STAFF,
        impersonal=(
            "key direction their_code their_name services says_number from_on until_on is_answer met_at ended_at "
            "ended_there reason"
        ),
    ),
)
