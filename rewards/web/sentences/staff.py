"""Refusals that only staff and clients of the API meet, and staff's own words for some others."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, MEND, OTHER_NAME, Words

ACCESS: Mapping[str, Words] = {
    "staff-only": Words(_("这里只有工作人员能用"), None, (_("请用工作人员的账号登录"),)),
    "not-allowed": Words(
        _("您的账号在这里没有这项权限"), None, (_("请站管理员办理，或给您加上权限"),)
    ),
    "wrong-credentials": Words(
        _("账号、密码或动态码不对"), None, (_("再填一次；忘了密码请找管理员"),)
    ),
    "totp-required": Words(_("这个账号还要动态码"), None, (_("填手机上6位动态码再登录"),)),
    "sign-in-delayed": Words(_("试得多了"), _("%(wait)s后再试"), (_("忘了密码请找管理员"),)),
    "weak-password": Words(
        _("密码不合要求"),
        _("要%(length_min)s到%(length_max)s个字符，不能和账号一样"),
        (_("换一个密码"),),
    ),
    "weak-pin": Words(
        _("这几个数字不合要求"),
        _("要%(length_min)s到%(length_max)s位，不能全一样，也不能是连着的数"),
        (_("换几个数字"),),
    ),
    "wrong-pin": Words(
        _("数字不对"), _("还能试%(tries_left)s次"), (_("再填一次；忘了就用密码登录"),)
    ),
    "pin-ended": Words(
        _("开锁数字不能用了"),
        _("错了5次，或已经过了半夜"),
        (_("用密码登录，再设一次数字"),),
    ),
    "desk-only": Words(
        _("这台平板现在只开着兑换台"),
        _("是用几位数字开的"),
        (_("要看别的页面，请用密码登录"),),
    ),
    "invalid-staff-name": Words(
        _("账号不合要求"), _("要1到40个字符，不含空格"), (_("换一个账号"),)
    ),
    "staff-name-taken": Words(_("这个账号已经有人用"), None, (_("换一个账号"),)),
    "staff-not-found": Words(_("没有找到这位工作人员"), None, LIST_AGAIN),
    "staff-disabled": Words(_("这个工作账号已经停用"), None, (_("请找管理员"),)),
    "participant-linked": Words(
        _("这位居民已经连着别的工作账号"), None, (_("先解除那个账号的关联"),)
    ),
    "grant-exists": Words(_("这项权限已经有了"), None, (_("您不用再做什么"),)),
    "grant-not-found": Words(_("没有找到这项权限"), None, LIST_AGAIN),
    "no-nickname": Words(_("这位居民没有昵称"), None, (_("您不用再做什么"),)),
    "invalid-removal-reason": Words(
        _("撤下昵称要写原因"), _("最多%(length_max)s个字，本人看得到"), (_("写好原因再撤下"),)
    ),
    "invalid-label": Words(_("令牌的名称不合要求"), _("要1到60个字"), (_("换一个名称"),)),
}

NETWORK: Mapping[str, Words] = {
    "node-not-found": Words(_("没有找到这个站点"), None, (_("核对站点，再选一次"),)),
    "invalid-node": Words(_("站点的名称、地址或电话不合要求"), None, MEND),
    "invalid-level": Words(_("没有这一级站点"), None, (_("从中心、所、站、点里选一级"),)),
    "misplaced-node": Words(
        _("上下级不对，不能放在这里"), None, (_("按中心、所、站、点的次序选上级"),)
    ),
    "node-name-taken": Words(_("上级下面已有同名的站点"), None, OTHER_NAME),
    "node-closed": Words(_("这个站点已经停用"), None, (_("换一个站点"),)),
    "node-has-open-children": Words(_("下面还有没停用的站点"), None, (_("先停用那些站点"),)),
    "nodes-not-imported": Words(_("有几行不对，一行也没有导入"), None, (_("改好那几行再导入"),)),
    "participants-not-imported": Words(
        _("有几行不对，一行也没有导入"), None, (_("改好那几行再导入"),)
    ),
    "participant-not-found": Words(_("没有找到这位居民"), None, (_("核对卡号，或用手机号找"),)),
    "member-code-used": Words(
        _("这个码用过了"),
        _("%(used_at)s 用的，每个码只能用一次"),
        (_("等手机上换出新码，不到30秒，再扫一次"), _("换不出来就填8位卡号")),
    ),
    "search-too-short": Words(
        _("填得太少，找不准"),
        None,
        (_("填%(characters_min)s个汉字以上，或%(letters_min)s个拼音字母以上"),),
    ),
    "search-too-wide": Words(_("这样开头的人太多了"), None, (_("再多填一个字或字母，或填卡号"),)),
    "card-not-found": Words(_("没有找到这张卡"), None, (_("刷新居民的页面再看"),)),
    "card-revoked": Words(
        _("这张卡已经停用"),
        _("%(revoked_at)s 停的"),
        (_("请用新卡"), _("没带新卡，用手机号或姓名找人")),
    ),
    "number-taken": Words(_("这个卡号已经有人用"), None, (_("核对卡号，再填一次"),)),
}

OCCASIONS: Mapping[str, Words] = {
    "occasion-start": Words(
        _("日期太早或太远了"), None, (_("看看年份，选前两年到后十年里的一天"),)
    ),
    "occasion-times": Words(_("时间前后对不上"), None, (_("结束要在开始之后，改好再存"),)),
    "occasion-rule": Words(_("这类活动不能用这条积分规则"), None, (_("换一条规则，或不填"),)),
    "check-out-required": Words(_("服务班次要签退，时长才算得出"), None, (_("保留签退"),)),
    "occasion-in-use": Words(_("已经有人签到，这一项不能再改"), None, (_("另建一场活动"),)),
    "series-not-found": Words(_("没有找到这组活动"), None, LIST_AGAIN),
    "template-not-found": Words(_("没有找到这个模板，可能已经删了"), None, LIST_AGAIN),
    "recurrence": Words(
        _("“哪些天办”看不明白"), None, (_("选每天、每周、每月或每年，再看一遍日期"),)
    ),
    "series-dates": Words(
        _("这样选，一天也没有"), None, (_("核对从哪天起、到哪天止，再看一遍日期"),)
    ),
    "series-succeeded": Words(
        _("这组改过以后，后面另成一组在办"), None, (_("要接着办或改日子，到后面那一组去改"),)
    ),
    "series-slot": Words(_("这一天没有这组活动，或已经过去"), None, (_("从列表里选一天"),)),
    "occasion-title": Words(_("名称填得不对"), None, (_("填上名称，不要太长"),)),
    "occasion-words": Words(
        _("地点或队名太长了"),
        _("最多%(length_max)s个字"),
        (_("写短一点，别的写进名称或通知里"),),
    ),
    "occasion-kind-unknown": Words(
        _("没有这一类活动"), None, (_("写活动、集中学习、志愿服务等，和表单上一样"),)
    ),
    "occasion-times-unreadable": Words(
        _("日期或时间看不明白"), None, (_("日期写成 2026-11-24，时间写成 14:30"),)
    ),
    "occasion-capacity": Words(_("名额要填数字"), None, (_("填人数，不限就空着"),)),
    "occasions-not-imported": Words(_("表里有的行填得不对，都没有导入"), None, MEND),
}

POSTERS: Mapping[str, Words] = {
    "poster-not-found": Words(_("没有找到这张海报"), None, LIST_AGAIN),
    "zone-not-found": Words(_("没有找到这个区域"), None, LIST_AGAIN),
}

SCREENS: Mapping[str, Words] = {
    "screen-not-paired": Words(
        _("这块大屏还没有连接，或已经断开"), None, (_("请工作人员重新连接"),)
    ),
    "screen-not-found": Words(_("没有找到这块大屏，可能已经断开"), None, LIST_AGAIN),
    "pairing-code-not-found": Words(
        _("没有大屏在显示这个数字"), _("数字10分钟换一次"), (_("看电视上现在的数字，再填一次"),)
    ),
    "too-many-pairings": Words(
        _("试得多了"), _("%(wait)s后再试"), (_("看清电视上的数字，等一会儿再填"),)
    ),
    "invalid-screen-name": Words(
        _("名字不能用"), None, (_("填1到%(length_max)s个字，不要特殊符号"),)
    ),
    "invalid-slides": Words(
        _("这些内容放不了"),
        None,
        (_("放1到12页，只能放这个站点的内容"),),
    ),
    "invalid-slide-seconds": Words(_("“每次放几秒”填得不对"), None, (_("每页5到300秒"),)),
    "screen-changed": Words(
        _("这块大屏刚被别人改过"), None, (_("下面是现在的样子，请看一看再改"),)
    ),
}

BOARDS: Mapping[str, Words] = {
    "invalid-settle-days": Words(
        _("天数不对"), _("最多留%(days_max)s天"), (_("填0到%(days_max)s之间的整数"),)
    ),
}

STOCK: Mapping[str, Words] = {
    "space-exists": Words(_("这里已有同名的线下空间"), None, OTHER_NAME),
    "reward-exists": Words(_("这里已有同名的奖品"), None, OTHER_NAME),
    "reward-keeps-shelf": Words(
        _("东西和捐赠不能互相改"), _("架上的数要一直对得上"), (_("把这一件下架，另加一件"),)
    ),
    "invalid-space": Words(_("线下空间的内容填得不对"), None, MEND),
    "invalid-reward": Words(_("奖品的内容填得不对"), None, MEND),
    "invalid-stock-movement": Words(
        _("入库要是正数，更正不能是零"), None, (_("核对数量，再填一次"),)
    ),
    "stock-reserved": Words(
        _("不能再减"),
        _("架上 %(on_hand)s，已被预留 %(reserved)s"),
        (_("在“等着领的”里看是谁预留的，等领走或取消了再办"),),
    ),
}

CORRECTIONS: Mapping[str, Words] = {
    "correction-not-found": Words(_("没有找到这一笔"), None, LIST_AGAIN),
    "note-required": Words(
        _("还没有写清原因"), _("要%(length_min)s到%(length_max)s个字"), (_("写上原因再提交"),)
    ),
    "invalid-amount": Words(
        _("分数不对"), _("不能是0，最多 %(points_max)s"), (_("核对分数，再填一次"),)
    ),
    "spending-not-reversible": Words(
        _("兑换用掉的积分不能在这里撤回"),
        None,
        (_("还没领的，到兑换台取消预留"), _("领走的不能退分")),
    ),
    "not-entered": Words(_("这条规则不用人工录入"), None, (_("签到会自动记分；漏记了就加分"),)),
    "invalid-day": Words(_("日期不对"), _("要在 %(first)s 到今天之间"), (_("核对日期，再填一次"),)),
    "nothing-awarded": Words(
        _("按规则这次不加分"), _("可能到了上限，或条件不够"), (_("看看规则和已经得的分"),)
    ),
    "own-account": Words(_("不能动自己账户的积分"), None, (_("请另一位管理员办理"),)),
    "second-person-required": Words(
        _("自己提的，要另一个人来批"), None, (_("请另一位管理员打开“更正”来批"),)
    ),
    "daily-limit": Words(
        _("超过您今天能加的分"),
        _("每人每天最多加 %(daily)s，您今天还剩 %(left)s"),
        (_("请另一位管理员来加，或明天再加"),),
    ),
    "already-decided": Words(_("这一笔已经有人定了，结果相反"), None, (_("刷新看看结果"),)),
}

CLIENTS: Mapping[str, Words] = {
    "invalid-request": Words(_("有的内容填得不对"), None, MEND),
    "invalid-cursor": Words(_("翻页的位置不对"), None, (_("从第一页重新开始"),)),
    "invalid-idempotency-key": Words(
        _("请求的编号不合要求"), None, (_("用1到128个可见字符做编号"),)
    ),
    "idempotency-key-reused": Words(
        _("这个编号已经用在别的请求上"), None, (_("换一个新编号再发"),)
    ),
    "database-in-use": Words(
        _("数据库里已有数据，没有装入演示数据"), None, (_("换一个空的数据库"),)
    ),
}

TO_STAFF: Mapping[str, Words] = {
    "redemption-already-fulfilled": Words(
        _("这个码已用过，先别给货"),
        _("%(fulfilled_at)s 在“%(space_name)s”交付的"),
        (_("看第一次交付的时间和经办人"), _("对不上交站管理员")),
    ),
    "redemption-other-space": Words(
        _("别的站的码，这里不能领"),
        None,
        (_("请去“%(space_name)s”"), _("不便去就帮忙取消，积分退回")),
    ),
    "redemption-not-found": Words(_("没找到这个码"), None, (_("核对8位数字，或改用手机号找"),)),
    "redemption-wrong-code": Words(_("没找到这个码"), None, (_("核对8位数字，或改用手机号找"),)),
    "insufficient-points": Words(_("还差 %(missing)s"), None, (_("看看现在能换的"),)),
    "account-in-debt": Words(
        _("居民要先补上 %(debt)s，再兑换"),
        _("有积分被撤回，余额不够了"),
        (_("请居民看看自己的积分记录"), _("撤回有误，请站管理员更正")),
    ),
    "occasion-full": Words(_("名额满了"), _("%(capacity)s"), (_("增加名额，或记候补"),)),
    "check-in-closed": Words(
        _("签到已经结束"), _("%(closed_at)s 停的"), (_("延长签到时间再登记"),)
    ),
    "phone-taken": Words(_("这个手机号已经登记过"), None, (_("用手机号查找已有的账户"),)),
    "consent-required": Words(
        _("还没有同意建立账户"), None, (_("请居民看过服务须知，同意后再登记"),)
    ),
}
