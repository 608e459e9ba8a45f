"""Electronic cards: the keys that sign them, those that were printed, those that were shown at a desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenmai.people.models.cards import ReaderCard


class CardKey(models.Model):
    """A key of the node. It is shown to gates before it signs, and as long as something signed by it is good."""

    key_id = models.CharField(_("编号"), max_length=11, unique=True)
    public = models.CharField(_("公钥"), max_length=43)
    private_sealed = models.TextField(_("私钥（加密）"))
    signs_from = models.DateTimeField(_("从何时起签"))
    shown_until = models.DateTimeField(_("公布到何时"), null=True)

    def __str__(self) -> str:
        return self.key_id


class CardPass(models.Model):
    """A printed electronic card, kept so that it can be revoked. The row outlives the card, and is revoked with it."""

    card = models.ForeignKey(ReaderCard, on_delete=models.SET_NULL, null=True, related_name="passes")
    token_id = models.CharField(_("编号"), max_length=11, unique=True)
    made_at = models.DateTimeField(_("打印时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="people_card_pass_expires")]

    def __str__(self) -> str:
        return self.token_id


class CardShowing(models.Model):
    """What stood in a picture on a telephone that was checked at a desk: it is good once. It tells of nobody."""

    token_id = models.CharField(_("编号"), max_length=22, unique=True)
    expires_at = models.DateTimeField(_("失效时间"), db_index=True)

    def __str__(self) -> str:
        return self.token_id


class CardDocument(models.Model):
    """The signed document as gates get it; one row. Its number only grows, or gates that know a later one refuse it."""

    seq = models.BigIntegerField(_("序号"))
    made_at = models.DateTimeField(_("签发时间"))
    digest = models.CharField(_("内容的摘要"), max_length=64)
    text = models.TextField(_("签名后的全文"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="people_card_document_once")]

    def __str__(self) -> str:
        return str(self.seq)
