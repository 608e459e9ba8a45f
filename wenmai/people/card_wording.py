"""What is said about reader cards: refusals to their owners, and what came of a trial to the library's staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wenmai.people.models.cards import STANDINGS
from wenmai.people.outside.answers import Step

REFUSALS: dict[str, str | Promise] = {
    "card_number_missing": _("请写证号。"),
    "card_number_odd": _("这不像证号。请照证上印的写，最多 40 个字符。"),
    "card_system_off": _("这家图书馆的证现在不能绑定。请过些时候再来，或问图书馆。"),
    "card_tries": _("试错的次数太多了，请过一小时再试。忘了密码，请到图书馆服务台重设。"),
    "card_refused": _("证号或密码不对，没有绑定。请照证上的号码再试一次；忘了密码，请到图书馆服务台重设。"),
    "card_away": _("现在连不上图书馆的系统，什么都没有改。请过一会儿再试。"),
    "card_odd": _("图书馆的系统答得不对，什么都没有改。馆员会在工作台看到；请过一会儿再试。"),
    "card_unchecked": _("图书馆的系统没有核对密码，所以不能绑定。馆员会在工作台看到。"),
    "card_taken": _(
        "这张证已经绑在另一个账号上。如果那也是您的账号，请先在那里解除绑定；不是的话，请到图书馆服务台查问。"
    ),
    "card_too_many": _("一个账号最多绑 %(detail)s 张证。请先解除不用的。"),
    "card_too_soon": _("刚刚核对过，请过一分钟再试。"),
    "unknown_card": _("没有这张证，可能已经解除绑定。"),
    "unknown_card_system": _("没有这个读者证系统。"),
    "card_system_named": _("这家机构已经有一个叫“%(detail)s”的，请换个名称。"),
    "card_ticket": _("图书馆的登录没有成功，或者已经用过了。请重新绑定一次。"),
    "card_by_login": _("这张证要到图书馆的登录页再登录一次才能核对。请点“绑定读者证”，再选这家图书馆。"),
    "card_not_electronic": _("这家图书馆还没有开电子证。"),
    "card_not_good": _("这张证现在不能用：%(detail)s。办好后在“读者证”里核对一次。"),
    "card_stale": _("太久没有向图书馆核对了，现在也连不上。请过一会儿再试，或到图书馆的登录页再登录一次。"),
    "card_papers": _("已经打印了 %(detail)s 张还有效的。请先作废旧的。"),
    "card_not_recognised": _("那里现在不认这张证。"),
    "unknown_agreement": _("没有这份互认协议。"),
    "agreement_with_oneself": _("不用和自己互认，请选别的机构。"),
    "agreement_days": _("日期不对：开始要在结束之前，结束不能已经过去，最长 %(detail)s 年。"),
    "agreement_services": _("请至少选一项服务。"),
    "agreement_over": _("这份协议已经到期或终止了。要继续，请重新提一份。"),
    "agreement_twice": _("这两家同一段时间已经有一份在认的协议。请先终止那一份，或把日期错开。"),
    "agreement_reason": _("请写终止的理由。"),
    "card_proof_stays": _("已经有读者名单了，核对用什么不能再改。要换，请另建一个。"),
    "patrons_too_large": _("文件太大，最多 %(detail)s MB。请分成几个文件。"),
    "patrons_too_many": _("行数太多，一个文件最多 %(detail)s 行。请分成几个文件，不要选“这是全部读者”。"),
    "patrons_empty": _("文件里一行读者都没有。第一行写各列的名称，从第二行起每行一位读者。"),
    "patrons_columns": _("找不到证号这一列。请把第一行里证号那一列的名称写成“证号”。"),
    "patrons_unreadable": _("这个文件打不开。请另存为 XLSX 或 CSV 再上传。"),
    "patrons_old": _("这个文件之后又交过新的，或者已经处理过了。请看最新的那个文件。"),
    "recheck_by_login": _("读者在自己的登录页登录才知道证怎么样，平台不能自己去问。"),
    "recheck_pace": _("一分钟问几张，请写 1 到 %(detail)s。"),
    "recheck_not_held": _("没有等人看的回答，可能同事刚处理过。"),
    "card_doubt_over": _("这张证没有疑问了：同事刚处理过，或读者又证明了一次。"),
    "card_doubt_own": _("这是您自己的证，请让同事来决定。"),
    "card_secret_again": _("服务器、端口、登录名或加密方式改了，请再输一次登录密码：原来的密码只发给原来的地方。"),
}
AGREEMENT_STATES: dict[str, str | Promise] = {
    "offered": _("等对方同意"),
    "coming": _("已同意，还没到日子"),
    "in_force": _("在认"),
    "over": _("到期"),
    "ended": _("已终止"),
}
ROWS: dict[str, str | Promise] = {
    "number_missing": _("没有证号。"),
    "number_odd": _("证号不像证号。"),
    "number_scientific": _("证号被表格软件改成了科学计数，已经不准。请把这一列设为文本，重新填。"),
    "number_twice": _("同一个证号在文件里出现了两次，只收第一次的。"),
    "proof_missing": _("没有核对用的那一项（密码、手机号或生日）。"),
    "proof_odd": _("核对用的那一项写得不对：密码至少 6 个字符；手机号要完整；生日写成 1990-01-02。"),
    "day_odd": _("有效期写得不对，请写成 2027-12-31。"),
    "standing_unknown": _("状态看不懂。可以写：正常、欠费、过期、停用、挂失。"),
    "format_columns": _("这一行的格子比标题多。"),
    "format_encoding": _("这一行的字读不出来。请另存为 UTF-8 的 CSV。"),
    "format_syntax": _("这一行的引号没有配对。"),
    "format_too_large": _("这一行太长。"),
    "format_workbook": _("从这一行起读不下去了，后面的都没有收。"),
}
PROOFS: dict[str, str | Promise] = {
    "secret": _("图书馆给的密码"),
    "phone": _("在图书馆登记的手机号"),
    "birthday": _("生日，例如 1990-01-02"),
}
SHUT: dict[str, str | Promise] = {
    "not_a_card": _("这不是本平台的电子读者证。"),
    "unknown_key": _("签名用的钥匙已经换掉。请读者重新打开证。"),
    "forged": _("这张证不是本平台签发的。"),
    "expired": _("过期了。请读者重新打开证。"),
    "not_yet": _("时间对不上。请看这台设备的时间准不准。"),
    "elsewhere": _("这张证是给别处看的。请读者在证的页面上选这里。"),
    "not_recognised": _("这里不认那家图书馆的证，或不认它做这件事。"),
    "revoked": _("这张打印的证已经作废。"),
    "seen": _("这个二维码已经用过一次。请读者重新打开证。"),
}
"""Why a card that was looked at at a desk is not good."""
STEPS: dict[str, str | Promise] = {
    "readers_known": _("名单里有 %(detail)s 位读者。"),
    "readers_none": _("还没有读者名单。请先上传文件。"),
    "connected": _("接通了。"),
    "logged_in": _("登录成功。"),
    "tickets_checked": _("对方懂 CAS 3.0，票据会核对：故意用假票据问，被拒绝了。"),
    "tickets_ignored": _("对方把假票据也当真，这样谁都能冒充别人。不要打开，请先让对方改正。"),
    "service_unknown": _("对方不认识本平台（%(detail)s）。请对方把本平台的网址登记为可用的 service。"),
    "searched": _("能查，从 %(detail)s 起。"),
    "several": _("同一个证号查到了不止一位读者。"),
    "introduced": _("对方自称：%(detail)s"),
    "card_found": _("查得到这张证，状态：%(detail)s"),
    "pin_checked": _("密码会核对：故意用错的密码问，被拒绝了。"),
    "pin_ignored": _("密码没有核对：故意用错的密码问，也说对。这样谁都能绑别人的证，请先让业务系统厂商改正。"),
    "card_unknown": _("查不到这张证。请看证号对不对，馆代码要不要写。"),
    "unreachable": _("连不上。请看主机和端口对不对，对方防火墙有没有放行本平台。"),
    "unresolvable": _("找不到这台主机。请看主机名有没有写错。"),
    "forbidden_address": _("这台主机在内网里，平台没有放行。请运维把它写进 WENMAI_ALLOWED_PRIVATE_HOSTS。"),
    "tls": _(
        "加密没有谈成：%(detail)s。请看对方是不是支持 TLS，证书是不是发给这台主机的、过期没有；自己签的要贴在设置里。"
    ),
    "timeout": _("等了太久没有回答。请看端口对不对，或对方是不是很忙。"),
    "dropped": _("对方两次中途断开。请看登录名、密码和对方的日志。"),
    "login": _("对方不接受登录名和密码。"),
    "offline": _("对方说业务系统现在不在线。"),
    "unchecked": _("对方不说密码对不对，所以不能让读者绑定。请业务系统厂商在回答里加上 CQ。"),
    "odd": _("对方的回答不合标准（%(detail)s）。请看字符集和端口，或把这句话给业务系统厂商。"),
    "settings": _("设置不全，请重新填写一次。"),
}


STANDING_WORDS: dict[str, str | Promise] = dict(STANDINGS)


def step_words(step: Step) -> str:
    """A sentence for the staff."""
    detail = STANDING_WORDS.get(step.detail, step.detail)
    words = str(STEPS.get(step.code, step.code)) % {"detail": detail or _now("（没有说）")}
    return f"{words} {step.detail}" if step.code == "connected" and step.detail else words


def failure_words(code: str) -> str:
    """Why the last question came to nothing."""
    return step_words(Step(False, code))
