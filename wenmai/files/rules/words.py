"""Refusals in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

REFUSALS: dict[str, str | Promise] = {
    "empty": _("文件是空的。"),
    "too_large": _("文件超过了大小上限。"),
    "unknown_type": _(
        "不接受这种文件。可以上传的有：JPEG、PNG、GIF、WebP、TIFF 图像，"
        "MP3、WAV、FLAC、OGG、M4A 音频，MP4、WebM 视频，PDF、EPUB，以及 WebVTT、SRT 字幕。"
    ),
    "type_differs": _("文件内容与所称的类型不符。"),
    "damaged": _("文件损坏或不完整，打不开。"),
    "encrypted": _("文件加了密，不能收存。"),
    "too_many_pixels": _("图像的像素数超过了上限。"),
    "unsafe_archive": _("压缩包不安全：展开后过大，或者含有会越出文件夹的路径。"),
    "too_costly": _("检查这个文件所需的时间或内存超过了上限，已拒绝。"),
    "captions_unreadable": _(
        "字幕读不懂：从第 %(detail)s 行起不是 WebVTT 或 SRT 的写法。"
        "时间要写成 00:00:01.000 --> 00:00:02.500，先开始后结束。"
    ),
    "captions_too_much": _("字幕太多或一条太长（第 %(detail)s 行）：最多 20000 条，每条最多 2000 字。"),
    "no_space": _("存储空间不足，文件没有保存。腾出空间后请重试。"),
    "unclaimed_unknown": _("没有模块登记过文件的用途，因此一个文件也不清理。"),
}


def sentence(refused: Refused) -> str:
    """The sentence for a code of this module; the code itself where it is another's."""
    words = str(REFUSALS.get(refused.code, refused.code))
    return words % {"detail": refused.detail} if "%(detail)s" in words else words
