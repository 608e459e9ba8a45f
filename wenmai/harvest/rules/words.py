"""Codes in words, for pages and for the files that go back to the provider."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.harvest.rules.schedule import rhythm
from wenmai.lib.refusal import Refused

FAILURES: dict[str, str | Promise] = {
    # lib.http
    "address": _("来源地址不是可用的 http 或 https 地址。"),
    "forbidden_address": _("来源地址指向内部网络，已拒绝。确有需要时，请平台管理员允许该主机。"),
    "unresolvable": _("找不到来源的主机名。"),
    "unreachable": _("连接不上来源服务器。"),
    "tls": _("来源服务器的证书无法验证。"),
    "timeout": _("来源服务器在规定时间内没有答复完。"),
    "protocol": _("来源服务器的答复不是完整的 HTTP 答复。"),
    "too_large": _("来源的一次答复超过了大小上限。"),
    "compression": _("来源的答复解压失败。"),
    "redirects": _("来源服务器转向次数过多。"),
    "busy": _("来源服务器持续繁忙。"),
    "status": _("来源服务器答复了错误状态。"),
    # pages of OAI-PMH
    "not_oai": _("来源答复的不是 OAI-PMH 页面（例如网页）。"),
    "page_syntax": _("来源的页面不是完整、合格的 XML。"),
    "page_encoding": _("来源的页面含有不合其编码声明的字节。"),
    "page_entities": _("来源的页面含有实体声明，已拒绝读取。"),
    "page_limits": _("来源的页面超出了深度、数量或长度上限。"),
    "page_incomplete": _("来源的页面缺少应有的列表。"),
    "empty_list": _("来源返回了空列表，却没有说明没有记录。"),
    "token_loop": _("来源的续传令牌循环，得不到新的记录。"),
    "token_too_long": _("来源的续传令牌过长。"),
    "token_expired": _("来源的续传令牌反复失效。"),
    "token_windows": _(
        "来源的续传令牌一用就失效；按日期分段，其余的都已收下，只有同一时刻记录太多的几段列不完，请告诉来源。"
    ),
    "no_metadata": _("来源不提供所要的元数据格式。"),
    "no_sets": _("来源不支持集合。"),
    "oai_error": _("来源报告了协议错误。"),
    # files
    "no_folder": _("文件夹不存在或不可读。"),
    "no_files": _("文件夹里没有这份对照表能读的文件。请看格式和对照表选得对不对；空的、隐藏的文件和链接不算。"),
    "file_changed": _("文件在读取过程中发生了变化，请重新采收。"),
    "file_missing": _("上传的文件已不在存储中。"),
    "format_unknown": _("认不出文件的格式，或对照表不适用于该格式。"),
    # ours
    "too_many_rejects": _("不能收入的记录过多，已停止，请先检查格式与对照表。"),
    "disk_full": _("存储空间已满，腾出空间后可以继续。"),
    "fault": _("程序出现意外错误，已记录，可以继续。"),
}

REJECTS: dict[str, str | Promise] = {
    "columns": _("这一行的单元格比表头多。"),
    "directory": _("MARC 目次区损坏，找不到任何字段。"),
    "empty": _("记录没有任何内容。"),
    "encoding": _("字节不合所声明的编码。"),
    "entities": _("含有实体声明，拒绝读取。"),
    "leader": _("MARC 头标区损坏。"),
    "no_records": _("文件里没有这种格式的记录。"),
    "not_a_record": _("内容合格，但不是记录。"),
    "syntax": _("内容不合语法。"),
    "too_deep": _("嵌套过深。"),
    "too_large": _("记录过大。"),
    "too_many_fields": _("字段过多。"),
    "truncated": _("内容在记录中间中断。"),
    "workbook": _("工作簿无法打开。"),
    "no_key": _("记录没有自己的编号，下次采收认不出它。请给每条写上编号，写在对照表找编号的一处。"),
    "key_too_long": _("记录的编号过长。"),
    "no_title": _("记录既没有题名，也没有可以代替题名的正文。请补上题名。"),
    "unknown_type": _("资源类型不在类型词表里，请按词表改写，或在对照表里对应。"),
    "same_key": _("编号与本次已收到的另一条记录相同，而内容不同。"),
    "no_metadata": _("来源没有给出这条记录的元数据。"),
    "unacceptable": _("数据库不接受这条记录。"),
}

DOUBTS: dict[str, str | Promise] = {
    "all": _("来源没有列出任何一条我们已有的记录。"),
    "share": _("来源不再列出的记录超过了设定的比例。"),
    "unreadable": _("有读不出编号的内容，缺失的记录可能就在其中。"),
    "short": _("来源列出的记录比它预告的少，清单可能不完整。"),
}

NOTES: dict[str, str | Promise] = {
    "empty_pages": _("没有记录却带续传令牌的页面"),
    "restarts": _("续传令牌失效后重新开始的次数"),
    "narrowed": _("续传令牌一用就失效，改按日期分段的次数"),
    "unfit": _("分到最细仍列不完的时段"),
    "short": _("比来源预告的少列出的记录"),
    "unreceived": _("来源列出、本平台却没有的记录，可用“全部”重新采收"),
    "damaged_pages": _("其中有记录读不出来的页面"),
    "kept": _("来源不再列出、经人工决定保留的记录"),
    "not_compared": _("没有比对来源清单"),
    "skipped_files": _("认不出格式而略过的文件"),
    "begun_anew": _("因设置或对照表改动，从头再收的次数（之前收到的会再计一次）"),
    "superseded": _("等待确认期间被新的采收取代"),
}

REFUSALS: dict[str, str | Promise] = {
    "already_running": _("这个来源正在采收。"),
    "run_state": _("采收当前的状态不允许这样做。"),
    "is_paused": _("这个来源已暂停。"),
    "no_upload": _("上传类来源请先上传文件。"),
    "not_upload": _("这个来源不接受上传。"),
    "upload_too_large": _("文件超过了上传的大小上限。"),
    "upload_empty": _("没有收到文件，或文件是空的。"),
    "upload_broken": _("上传中断，请重试。"),
    "format_unknown": _("认不出文件的格式，或对照表不适用于该格式。"),
    "schedule": _("时间表写法不对：every 6h、daily 03:30、weekly mon 03:30 或 cron 30 3 1 * *。"),
    "address": _("地址不对：采收要 http 或 https 地址，文件夹要存在的绝对路径。"),
    "brake": _("删除上限应当是 0 到 100。"),
    "private_hosts": _("只有平台管理员可以允许内网地址。"),
    "folder": _("只有平台管理员可以指定服务器上的文件夹；请改用上传，或请管理员设置。"),
    "has_runs": _("这个来源已有采收记录，不能改变方式。"),
    "disk_full": _("存储空间已满。"),
    "code_taken": _("这个代码已经有来源使用，请换一个。"),
    "code": _("代码只能用英文字母、数字、“-”和“_”，最多 60 个字符。"),
    "name": _("名称不能为空，最多 100 个字符。"),
    "prefix": _("元数据前缀最多 60 个字符。"),
    "crosswalk_unknown": _("没有这个对照表，可用的列在后面。"),
    "crosswalk_misfit": _("所选的对照表不能读这种格式，能读的列在后面。"),
    "crosswalk_retired": _("它的对照表已停用，请先在对照表的页面上恢复使用，再打开这个来源。"),
    "is_closed": _("这个来源已经关闭。要继续采收，请先重新打开。"),
    "not_closed": _("这个来源没有关闭。"),
    "closing": _("关闭时要标记的记录还没有处理完，请过几分钟再试。"),
    "upload_again": _("看过的文件已经过期，请再上传一次。"),
    "no_file_yet": _("文件夹里还没有能读的文件。"),
    "no_reason": _("请写明理由，它会留在经过里。"),
}

MAPPING_REFUSALS: dict[str, str | Promise] = {
    "mapping_empty": _("没有收到对照表：请选一个文件，或把内容写在框里。"),
    "mapping_large": _("对照表超过了 256 KB。一份对照表只写规则，不放记录。"),
    "mapping_encoding": _("对照表不是 UTF-8 编码，请另存为 UTF-8 再试。"),
    "mapping_syntax": _("对照表不是合格的 JSON。"),
    "mapping_plan": _("对照表里有一处写法不对。"),
    "mapping_name": _("name 要写这份对照表的名字：小写英文字母、数字和“-”，连同前面的 own- 最多 60 个字符。"),
    "mapping_elements": _("有本系统没有的元素，元素名见元数据规范。"),
    "mapping_keyless": _("JSON 和表格的对照表要有 key：没有编号的记录，下次采收认不出来。"),
    "mapping_taken": _("这个名字已有对照表使用，请换一个。"),
    "mapping_other": _("内容里的 name 是另一份对照表的名字；新版本要用原来的名字。"),
    "mapping_unchanged": _("内容和现在的版本一样，不用再存。"),
    "mapping_retired": _("这份对照表已停用，请先恢复使用。"),
    "mapping_not_retired": _("这份对照表没有停用。"),
    "mapping_used": _("还有来源用着这份对照表，不能停用；请先给它们换一份。"),
    "mapping_formats": _("还有来源按这种格式用着它，新版本不能少了这种格式。"),
    "mapping_running": _("用这份对照表的来源正在采收，等它结束再更新。"),
    "sample_large": _("样例超过了 8 MB，取前面一部分就够了。"),
    "sample_format": _("认不出样例的格式，或这份对照表不读这种格式。"),
    "no_reason": _("请写明理由，它会留在经过里。"),
    "long_reason": _("理由太长，请写在三百字以内。"),
    "long_note": _("说明太长，请写在三百字以内。"),
}

FORMATS: dict[str, str | Promise] = {
    "marc21": _("MARC21（ISO 2709）"),
    "marcxml": _("MARC21（XML）"),
    "unimarc": _("CNMARC、UNIMARC（ISO 2709）"),
    "unimarcxml": _("CNMARC、UNIMARC（XML）"),
    "oai_dc": _("都柏林核心（XML）"),
    "qdc": _("限定都柏林核心（XML）"),
    "json": "JSON",
    "jsonl": _("JSON，每行一条"),
    "csv": _("CSV 表格"),
    "xlsx": _("Excel 工作簿（XLSX）"),
}

WEEKDAYS: dict[str, str | Promise] = {
    "mon": _("星期一"),
    "tue": _("星期二"),
    "wed": _("星期三"),
    "thu": _("星期四"),
    "fri": _("星期五"),
    "sat": _("星期六"),
    "sun": _("星期日"),
}


def schedule_words(schedule: str) -> str:
    """A schedule as people say it."""
    parts = rhythm(schedule)
    if parts.kind == "hours":
        return str(_("每 %(hours)s 小时") % {"hours": parts.hours})
    if parts.kind == "daily":
        return str(_("每天 %(time)s") % {"time": parts.time})
    if parts.kind == "weekly":
        return str(_("每%(weekday)s %(time)s") % {"weekday": WEEKDAYS[parts.weekday], "time": parts.time})
    if parts.kind == "cron":
        return str(_("按 cron %(cron)s") % {"cron": parts.cron})
    return str(_("只在有人发起时采收"))


# Where the detail says what would be possible, or where the mistake is.
_WITH_DETAIL = {
    "mapping_encoding", "mapping_syntax", "mapping_plan", "mapping_name", "mapping_elements", "mapping_taken",
    "mapping_other", "mapping_formats", "sample_format", "crosswalk_unknown", "crosswalk_misfit", "crosswalk_retired",
}  # fmt: skip


def said(table: dict[str, str | Promise], refused: Refused) -> str:
    """The sentence for a refusal, with its detail where that helps."""
    detail = f"（{refused.detail}）" if refused.detail and refused.code in _WITH_DETAIL else ""
    return words(table, refused.code) + detail


def words(table: dict[str, str | Promise], code: str) -> str:
    """The sentence for a code; a profile's refusal and what has no sentence of its own stay readable."""
    if code in table:
        return str(table[code])
    if code.startswith("profile_"):
        return str(_("不符合已强制执行的元数据规范。"))
    return code
