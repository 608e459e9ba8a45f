"""Who entered and approved what is said to other nodes, and cards that those vouch for."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Form, Rule, Shown, Table, columns
from wenmai.people.recognition.models import RecognisedCard
from wenmai.people.recognition.rules import KEPT

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
    Table(
        "people.RecognisedCard",
        _("别的平台的读者证"),
        _("在互认的图书馆用别的平台的证"),
        Basis.SERVICE,
        (
            *columns("number_sealed", Form.SEALED),
            *columns("name valid_until level brought_at said_at"),
            *columns("subject", shown=Shown.NEVER),
        ),
        rules=("people.recognised_cards",),
    ),
)
RULES = (
    Rule(
        "people.recognised_cards",
        _("对方平台最近一次这样说"),
        lambda: KEPT,
        lambda before: RecognisedCard.objects.filter(said_at__lt=before),
    ),
)
