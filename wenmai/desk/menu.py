"""What a person may turn to at the desk, in the order of the first page."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.access import Actor, Reach


class Entry(NamedTuple):
    """A page for people with the permission (one of several), over `reach` or anywhere; `page` is the name of its
    address."""

    permission: str | tuple[str, ...]
    name: str | Promise
    page: str
    words: str | Promise
    reach: Reach | None = None

    def is_for(self, actor: Actor) -> bool:
        wanted = (self.permission,) if isinstance(self.permission, str) else self.permission
        return any(actor.may(one, self.reach) for one in wanted)


WHOLE = Reach("", "")
AGENDA = ("activities.door", "bookings.view", "orders.view", "orders.ask", "orders.supply")
"""What the sources of `lib.agenda` ask for."""
PAGES: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (_("今天和这一周"), (
        Entry(AGENDA, _("今天"), "desk:today", _("今天有什么，到哪里签到")),
        Entry(AGENDA, _("排期"), "desk:board", _("各家机构一周的活动、场馆和服务，能下载成表格")),
        Entry(AGENDA, _("佐证"), "desk:evidence", _("现场拍的照片：谁在什么时候为哪件事交的")),
    )),
    (_("目录"), (
        Entry("catalogue.view", _("查记录"), "desk:catalogue:records", _("状态、版本、下架与恢复")),
        Entry("sources.view", _("数据来源"), "harvest:index", _("采收情况、退回的记录、上传文件")),
        Entry("identifiers.view", _("标识符"), "desk:identifiers:index", _("指向哪里，转向、撤销、预留")),
        Entry("standards.activate", _("定级"), "desk:catalogue:grades", _("记录按哪版规范定级，重定到哪里了"), WHOLE),
        Entry("reports.view", _("纠错与举报"), "portal:reports", _("读者指出的问题")),
    )),
    (_("审核"), (
        Entry("review.view", _("待审"), "desk:review:queue", _("等谁审，哪天到期")),
        Entry("review.take_down", _("下架的"), "desk:review:down", _("为什么下架，恢复要两个人")),
        Entry("review.take_down", _("抽检"), "desk:review:samples", _("从通过的里面抽几件再看一遍")),
        Entry("review.plan", _("审核步骤"), "desk:review:plans", _("哪家机构的哪一类审几步，由谁审")),
        Entry("review.words", _("词表"), "desk:review:words", _("提交时用哪些词检查，只提示，不拦"), WHOLE),
    )),
    (_("读者"), (
        Entry("cards.check", _("查读者证"), "desk:people:card_check", _("扫一下，看能不能用")),
        Entry("identities.confirm", _("柜台核验"), "desk:people:counter", _("看读者的证件，确认是本人")),
        Entry("proxies.record", _("代办"), "desk:people:proxies", _("没有手机的读者当面委托别人")),
        Entry("groups.view", _("团队"), "desk:people:groups", _("馆办团队，谁在等答复")),
        Entry("volunteers.view", _("志愿者"), "desk:people:volunteers", _("谁报名，服务了多久，有没有异议")),
        Entry("cards.view", _("读者证"), "desk:people:card_systems", _("读者绑定时向哪个系统核对")),
    )),
    (_("活动"), (
        Entry("activities.view", _("活动"), "desk:activities:index", _("写活动、加场次、送审，看谁报了名")),
        Entry("activities.hosts", _("直播的主机"), "desk:activities:live_hosts", _("哪些主机上的直播能放"), WHOLE),
        Entry("activities.door", _("签到"), "desk:activities:doors", _("扫票、按姓名找、数人头")),
    )),
    (_("点单配送"), (
        Entry("orders.ask", _("点单"), "desk:orders:stations", _("看菜单和额度，点了以后看排到哪天")),
        Entry("orders.ask", _("我的点单"), "desk:orders:asked_orders", _("排到哪天、谁来，确认或撤回")),
        Entry("orders.ask", _("定制单"), "desk:orders:requests", _("清单里没有的，写一张，供应商来报价，您来选")),
        Entry("orders.view", _("排期"), "desk:orders:orders", _("哪些要排、派给了谁、谁还没接")),
        Entry("orders.view", _("这一周"), "desk:orders:board", _("哪天在哪里送什么")),
        Entry("orders.view", _("回访"), "desk:orders:calls", _("抽到哪些，站点怎么说，哪些没有问到")),
        Entry("orders.view", _("结算"), "desk:orders:settlements", _("每月该付供应商多少，拟单、改、记付款")),
        Entry("orders.view", _("供应清单"), "desk:orders:lists", _("全年有哪些产品，多少钱，公布给大家看")),
        Entry("orders.view", _("供应商资质"), "desk:orders:qualifications", _("谁来申请，材料齐不齐，合格到哪天")),
        Entry("orders.view", _("站点的定制单"), "desk:orders:county_requests", _("站点想要什么，开放给供应商或者退回")),
        Entry("orders.supply", _("派给我的单"), "desk:orders:given_orders", _("接单，看哪天去哪里")),
        Entry("orders.supply", _("给村里报价"), "desk:orders:offering", _("村里想要什么，报价，看选上没有")),
        Entry("orders.supply", _("我的结算"), "desk:orders:settled", _("每月该收多少，核对，同意或说哪里不对")),
        Entry("orders.supply", _("我的产品"), "desk:orders:products", _("写产品、送审，申请进哪家的清单")),
    )),
    (_("需求"), (
        Entry("needs.view", _("需求"), "desk:voices:index", _("大家需要什么，办到哪一步，哪些过期了")),
        Entry("needs.enter", _("登记电话里提的"), "desk:voices:new", _("接电话时记下，进展用短信告诉")),
        Entry("needs.enter", _("登记纸面清单"), "desk:voices:paper", _("一行一条，一次一百条")),
        Entry("needs.enter", _("12345 文件"), "desk:voices:hotline", _("交热线的工单表，一行一条需求，收不了的退回")),
        Entry("needs.view", _("满意度"), "desk:voices:satisfaction", _("参加过的人打了几分")),
        Entry("needs.view", _("问卷"), "desk:voices:surveys", _("抽一些参加过的人问，或者谁来都能填，看结果")),
        Entry("needs.change", _("采购计划"), "desk:voices:purchases", _("为需求买什么，买到没有")),
    )),
    (_("场地与名额"), (
        Entry("bookings.view", _("资源"), "desk:booking:things", _("场地、设备、车辆：什么时候开放，谁约了")),
        Entry("bookings.view", _("场馆申请"), "desk:booking:requests", _("谁想用哪里，答复、签到、验收")),
        Entry("bookings.view", _("今天的场馆"), "desk:booking:today", _("站在门口用：扫码或按名字签到签退")),
        Entry("absences.decide", _("爽约与申诉"), "desk:booking:absences", _("谁约了没来，申诉由谁决定，规定怎么写")),
        Entry("bookings.view", _("名额"), "desk:booking:pools", _("给出去多少，谁在候补")),
    )),
    (_("机构与同事"), (
        Entry("organisations.view", _("机构"), "desk:organisations:index", _("名称、类别、所在地、上下级")),
        Entry(
            "organisations.view", _("整个节点的规定"), "desk:organisations:node_settings",
            _("各家没有另说的，照这些数"), WHOLE,
        ),
        Entry("accounts.view", _("账号"), "desk:people:accounts", _("谁能登录，能做什么")),
        Entry("accounts.view", _("权限复核"), "desk:people:review", _("谁有什么角色，哪些该收回")),
        Entry("separations.change", _("职责分离"), "desk:people:separations", _("哪些职责不能由一个人担任"), WHOLE),
        Entry("catalogue.view", _("委托"), "desk:people:delegation", _("请假时让同事代办")),
    )),
    (_("节点"), (
        Entry("apps.view", _("应用"), "desk:people:apps", _("哪些别家服务能用这里的账号登录")),
        Entry("upstreams.change", _("登录方"), "desk:people:upstreams", _("大家可以用哪些别家的登录进这里"), WHOLE),
        Entry("messages.view", _("短信"), "desk:messages:index", _("发出去了没有，为什么没有"), WHOLE),
        Entry("privacy.view", _("个人信息登记"), "desk:people:privacy", _("收了什么、存多久，到期的删了没有"), WHOLE),
        Entry("looks.view", _("访问记录"), "desk:people:looks", _("工作人员哪天看过谁的资料")),
        Entry("journal.view", _("审计日志"), "desk:journal:index", _("有没有人动过日志，什么时候核对过"), WHOLE),
    )),
)  # fmt: skip
