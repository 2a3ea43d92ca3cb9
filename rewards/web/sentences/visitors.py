"""Refusals that people with a phone in their hand meet."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import ASK_STAFF, OTHER_REWARDS, SCAN_AGAIN, Words

_GIVEN_CODE = _("现在就要登录，请工作人员给您一个登录码")

SIGN_IN: Mapping[str, Words] = {
    "not-signed-in": Words(_("还没有登录，或登录已经失效"), None, (_("请重新登录"),)),
    "participant-only": Words(_("这里只有居民本人能用"), None, (_("请用居民的账号登录"),)),
    "wrong-code": Words(_("数字不对"), _("请看短信再填一次"), (_("收不到就请工作人员给登录码"),)),
    "sign-in-code-expired": Words(
        _("验证码已经失效"), None, (_("再发一次验证码"), _("收不到就请工作人员给登录码"))
    ),
    "too-many-codes": Words(
        _("试得多了"), _("%(wait)s后再试"), (_("现在就要签到，请工作人员登记"),), call=True
    ),
    "too-many-phones": Words(
        _("这台手机要的验证码太多了"), _("%(wait)s后再试"), (_GIVEN_CODE,), call=True
    ),
    "too-many-codes-here": Words(
        _("这里要验证码的人太多了"), _("%(wait)s后再试"), (_GIVEN_CODE,), call=True
    ),
    "codes-used-up": Words(
        _("现在要验证码的人太多了"), _("%(wait)s后再试"), (_GIVEN_CODE,), call=True
    ),
    "name-required": Words(_("这个手机号还没登记过"), None, (_("填上您的名字，再点登录"),)),
    "home-node-required": Words(
        _("还不知道您是哪个站的"), None, (_("选一个离您家近的站，再点登录"),)
    ),
    "consent-required": Words(
        _("还没有同意服务须知"), None, (_("看过服务须知和个人信息说明，勾上再登录"),)
    ),
    "invalid-phone": Words(_("手机号不对"), None, (_("核对后再填，手机号要11位数字"),)),
    "not-a-mobile": Words(
        _("这个号码收不到短信"),
        _("像是座机，或者国外的号码"),
        (
            _("填11位手机号，国外的前面加国家号，例如 +44"),
            _("没有手机：请工作人员给您一个登录码，或办一张卡"),
        ),
    ),
    "invalid-name": Words(_("名字不能用"), None, (_("填1到%(length_max)s个字，不要特殊符号"),)),
    "invalid-birth-year": Words(_("出生年份不对"), None, (_("核对后再填，要4位数字"),)),
    "invalid-number": Words(_("卡号不对"), None, (_("看卡上的8位数字再填一次"),)),
    "nickname-required": Words(_("要用昵称上榜，还没有填昵称"), None, (_("填一个昵称"),)),
    "nickname-tells": Words(
        _("昵称里有真名、电话或网址"),
        _("大屏上谁都看得到"),
        (_("换一个看不出是谁的昵称"),),
    ),
    "nickname-imitates": Words(
        _("这个昵称会和榜上的星号名字弄混"), None, (_("换一个没有星号的昵称"),)
    ),
    "nickname-removed": Words(_("这个昵称被站里撤下过"), None, (_("换一个昵称"),), call=True),
    "phone-taken": Words(_("这个手机号已经登记过"), None, (_("用这个手机号登录"),), call=True),
    "phone-missing": Words(
        _("没有登记手机号，不能用短信登录"), None, (_("请工作人员给登录码，或出示志愿者卡"),)
    ),
    "participant-closed": Words(_("这个账户已经注销"), None, ASK_STAFF, call=True),
    "wechat-unavailable": Words(
        _("微信登录没成"),
        _("微信那边没有回答，您的积分没有变"),
        (_("用手机号登录"), _("过一会儿再试微信登录")),
        call=True,
    ),
    "wechat-code-refused": Words(
        _("微信登录没成"),
        _("这一次的登录已经用过或过期了"),
        (_("回到登录页，再点一次“用微信登录”"), _("还不行就用手机号登录")),
    ),
    "wechat-state-lost": Words(
        _("微信登录没成"),
        _("隔得太久，或不是在这部手机上点的"),
        (_("回到登录页，再点一次“用微信登录”"), _("还不行就用手机号登录")),
    ),
    "wechat-not-linked": Words(_("这个微信还没有连上您的账户"), None, (_("先用手机号登录一次"),)),
    "wechat-of-another": Words(
        _("这个微信连着另一个人的账户"),
        _("现在登录的还是您自己，什么也没有变"),
        (
            _("您接着用手机号登录就行"),
            _("要进那个账户，先退出登录，再点“用微信登录”"),
            _("想让这个微信改登您的账户，先在那个账户的首页点“取消微信登录”"),
        ),
    ),
    "sign-in-not-found": Words(_("这次登录已经退出了"), None, (_("您不用再做什么"),)),
}

CHECK_IN: Mapping[str, Words] = {
    "invalid-code": Words(_("没签上"), _("这不是我们的签到码"), SCAN_AGAIN),
    "code-expired": Words(
        _("没签上"),
        _("这是%(shown_at)s的码，已经换新了"),
        (_("请扫屏幕上的新码"), _("扫不上填6位数字")),
    ),
    "code-incomplete": Words(
        _("没签上"),
        _("码不完整，可能撕坏了，或者没扫全"),
        (_("换一张再扫，或填屏幕上的6位数字"),),
        call=True,
    ),
    "other-occasion": Words(
        _("这是另一场的数字"),
        _("是“%(occasion_title)s”的"),
        (_("参加那一场，就选那一场再填"), _("参加这一场，看这一场屏幕上的数字")),
    ),
    "wrong-digits": Words(_("6位数字不对"), None, (_("看屏幕上现在的数字再填一次"),)),
    "too-many-digits": Words(
        _("试得多了"), _("%(wait)s后再试"), (_("现在就要签到，请工作人员登记"),)
    ),
    "too-many-scans": Words(
        _("扫得太快了"),
        _("您的积分没有变"),
        (_("等1分钟再扫一次"), _("现在就要签到，请工作人员登记")),
    ),
    "ticket-expired": Words(_("扫码过了10分钟"), None, (_("再扫一次屏幕上的码，一下就好"),)),
    "ticket-used": Words(_("没签上"), _("这次扫码已被别人用过"), SCAN_AGAIN),
    "check-in-not-open": Words(
        _("还没到签到时间"),
        _("%(opens_at)s 开始"),
        (_("到时候再扫一次，现在的码不用留"),),
    ),
    "check-in-closed": Words(
        _("签到已经结束"),
        _("%(closed_at)s 停的"),
        (_("请找工作人员登记，时长可以补"),),
    ),
    "poster-revoked": Words(
        _("这张海报作废了"), None, (_("请扫屏幕上的码，或问工作人员"),), call=True
    ),
    "poster-not-enough": Words(
        _("只扫海报还签不上"),
        _("还要屏幕上的6位数字"),
        (_("看现场的屏幕，填上6位数字"), _("没有屏幕就请工作人员登记")),
    ),
    "nothing-here": Words(
        _("这里现在没有要签到的活动"), None, (_("看看今天的其他活动，或问工作人员"),)
    ),
    "claim-of-another-browser": Words(
        _("没签上"), _("这次扫码是另一部手机或另一个浏览器扫的"), SCAN_AGAIN
    ),
    "occasion-cancelled": Words(_("这场活动取消了"), None, (_("看看今天的其他活动"),)),
    "zone-closed": Words(
        _("没签上"), _("这个空间或区域停用了"), (_("看看今天的其他活动"),), call=True
    ),
    "occasion-full": Words(
        _("名额满了"),
        _("%(capacity)s"),
        (_("请工作人员记候补，有人没来就轮到您"),),
    ),
    "occasion-not-found": Words(
        _("没有找到这场活动"), None, (_("扫服务台上的新码，或问工作人员"),)
    ),
    "overlapping-check-in": Words(
        _("没签上"),
        _("这个时间您已在“%(occasion_title)s”签到"),
        (_("先在那边签退，再来签到"),),
    ),
    "account-closed": Words(_("没签上"), _("这个账户已经注销"), ASK_STAFF, call=True),
    "not-checked-in": Words(_("还没有签到，不能签退"), None, (_("先签到，或请工作人员登记"),)),
    "check-out-not-open": Words(_("还没到签退时间"), _("%(opens_at)s 开始"), (_("到时候再签退"),)),
    "check-out-closed": Words(
        _("签退已经结束"), _("%(closed_at)s 停的"), (_("请队长确认时长"),), call=True
    ),
    "no-check-out": Words(_("这场活动不用签退"), None, (_("您不用再做什么"),)),
    "already-credited": Words(_("这次的积分已经记过了"), None, (_("您不用再做什么"),)),
    "already-posted": Words(_("这一笔已经记过了"), None, (_("您不用再做什么"),)),
    "already-reversed": Words(_("这一笔已经撤回过了"), None, (_("您不用再做什么"),)),
    "not-reversible": Words(
        _("这一笔不能撤回"), _("撤回、退回和到期的记录都不能再撤回"), (_("请站管理员另记一笔"),)
    ),
    "entry-not-found": Words(_("没有找到这条记录"), None, (_("回到记录里再看"),)),
}

REWARDS: Mapping[str, Words] = {
    "insufficient-points": Words(_("还差 %(missing)s"), None, (_("看看现在能换的，或再攒一攒"),)),
    "account-in-debt": Words(
        _("要先补上 %(debt)s，再兑换"),
        _("有积分被撤回，余额不够了"),
        (_("再参加活动，得的积分先补上"), _("有疑问，请问工作人员")),
        call=True,
    ),
    "out-of-stock": Words(_("刚刚被换完了"), _("积分没有扣"), (_("看看别的；补货后可以再来"),)),
    "price-changed": Words(
        _("分数刚刚改了"),
        _("原来 %(seen)s，现在 %(now)s，积分没有扣"),
        (_("看过新的分数再换"),),
    ),
    "redemption-quantity": Words(
        _("件数填得不对"), _("一次换1到%(quantity_max)s件"), (_("改了件数再试"),)
    ),
    "redemption-for-other": Words(_("只能给自己预留"), None, (_("请本人预留，或请工作人员帮忙"),)),
    "reward-at-other-space": Words(
        _("这件奖品不在这里"), _("在“%(space_name)s”"), (_("请到那里兑换"),)
    ),
    "reward-not-listed": Words(_("这件奖品不再兑换了"), None, OTHER_REWARDS),
    "reward-not-found": Words(_("没有这件奖品"), None, OTHER_REWARDS),
    "space-closed": Words(_("这个线下空间停用了"), None, (_("看看别的空间"),), call=True),
    "space-not-found": Words(_("没有找到这个线下空间"), None, (_("看看别的空间"),)),
    "redemption-not-found": Words(_("没有找到这次预留"), None, (_("看看积分明细"),), call=True),
    "redemption-wrong-code": Words(_("取货码不对"), None, (_("核对8位数字，再输一次"),)),
    "redemption-other-space": Words(
        _("这里不能领"), _("要到“%(space_name)s”"), (_("去那里领；不便去就打电话"),), call=True
    ),
    "redemption-already-fulfilled": Words(
        _("这件已经领过了"), _("%(fulfilled_at)s 交付的"), (_("不是您领的就打电话"),), call=True
    ),
    "redemption-cancelled": Words(
        _("这次预留已经取消"), _("%(points)s 已退回"), (_("想要可以重新预留"),)
    ),
    "redemption-expired": Words(_("没来得及领"), _("%(points)s 已退回"), (_("想要可以重新预留"),)),
    "hold-closed": Words(_("这笔积分已经处理过了"), None, (_("看看积分明细"),), call=True),
}

STATEMENTS: Mapping[str, Words] = {
    "period-date": Words(_("日期不对"), None, (_("照 2026-11-01 这样填，再看一次"),)),
    "period-order": Words(_("结束日期在开始日期前面"), None, (_("改好日期，再看一次"),)),
    "period-too-long": Words(_("时间太长"), _("一次最多看%(years_max)s年"), (_("分几段来看"),)),
    "period-not-over": Words(
        _("结束日期还没到"), None, (_("记录单只记已经服务的，请填到今天为止"),)
    ),
    "statement-too-long": Words(
        _("记录太多，一张放不下"), _("最多%(lines_max)s行"), (_("选短一点的时间"),)
    ),
    "no-service-minutes": Words(
        _("这段时间还没有确认的服务时长"), None, (_("换一段时间；刚服务完的，等队长确认后再打"),)
    ),
    "record-slip-not-found": Words(
        _("没有这个编号的记录单"), None, (_("对照纸上的14位数字，再查一次"),), call=True
    ),
    "record-slip-void": Words(_("这张记录单已经作废了"), None, (_("需要的话另开一张"),)),
    "too-many-record-slips": Words(
        _("今天打得多了"),
        _("一天最多%(count_max)s张"),
        (_("用今天已经打的，或请工作人员帮忙"),),
    ),
    "too-many-slip-checks": Words(
        _("试得多了"), _("%(wait)s后再试"), (_("对照纸上的编号；查不到就打电话"),), call=True
    ),
}

TROUBLE: Mapping[str, Words] = {
    "database-busy": Words(
        _("没办成，是我们的问题"),
        _("您的积分没有变"),
        (_("等1分钟再试"), _("还不行就打电话")),
        call=True,
    ),
    "books-frozen": Words(
        _("积分账本正在核对"),
        _("暂停发放和兑换"),
        (_("签到照常记录，积分稍后补上"), _("过一会儿再来兑换")),
    ),
    "boards-unavailable": Words(_("榜单暂时打不开"), _("签到和积分照常记"), (_("等1分钟再看"),)),
}
