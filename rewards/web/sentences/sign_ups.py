"""Refusals and notices about signing up."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, Words

SIGN_UPS: Mapping[str, Words] = {
    "sign-up-not-offered": Words(
        _("这场不用报名"), _("到场就能签到"), (_("到时候直接来，扫码签到"),)
    ),
    "sign-up-closed": Words(
        _("报名已经截止"),
        _("%(closed_at)s 停的"),
        (_("可以到现场问，有空位就能进"), _("看看别的能报名的")),
    ),
    "sign-up-paused": Words(
        _("您暂时不能报名"),
        _("有3次报了名没来，也没提前说"),
        (_("%(until)s以后可以再报"), _("这段时间可以直接到现场，有空位就能进")),
        call=True,
    ),
    "sign-up-not-found": Words(_("没有找到这次报名"), None, (_("回到“我的报名”再看"),)),
    "sign-up-settled": Words(
        _("这次报名不能再取消"), _("已经签到，或位置已经让给别人"), (_("您不用再做什么"),)
    ),
    "not-waiting": Words(_("这位居民现在不在候补"), None, LIST_AGAIN),
    "still-waiting": Words(
        _("还没轮到您"),
        _("您是候补第%(place)s位"),
        (
            _("在门口等一等，%(releases_at)s 有人没来就轮到您"),
            _("问工作人员有没有空位"),
        ),
    ),
    "sign-up-pause-not-found": Words(_("这位居民没有被暂停报名"), None, (_("可以直接报名"),)),
    "already-inside": Words(_("已经签过到了，不用再报名"), None, (_("位置就是这一个，进去就好"),)),
    "places-kept": Words(
        _("位置还没有让出去"),
        _("门口的平板断了网，可能还有人没传上来"),
        (_("等平板连上网，或签到截止"),),
    ),
    "own-place-in-line": Words(_("自己不能把自己往前排"), None, (_("请别的工作人员办理"),)),
    "own-sign-up-pause": Words(_("自己的报名不能自己放过"), None, (_("请别的工作人员办理"),)),
}

TO_STAFF: Mapping[str, Words] = {
    "still-waiting": Words(
        _("还没轮到他"),
        _("候补第%(place)s位"),
        (
            _("请他在门口等，%(releases_at)s 有人没来就轮到他"),
            _("急的话，由站管理员在报名名单里往前排"),
        ),
    ),
    "sign-up-closed": Words(
        _("报名已经截止"), _("%(closed_at)s 停的"), (_("有空位的话，直接帮居民签到"),)
    ),
    "sign-up-settled": Words(
        _("这次报名不能再取消"), _("人已经签到，或位置已经让给别人"), (_("看看名单现在的样子"),)
    ),
}

NOTICES: Mapping[str, Words] = {
    "sign_up_moved_up": Words(
        _("“%(occasion)s”有您的位置了"),
        _("候补轮到您了"),
        (_("%(starts)s 开始，来不了就早点取消，让给别人"),),
    ),
    "sign_up_released": Words(
        _("“%(occasion)s”没等到您，位置让出去了"),
        None,
        (_("下次来不了，提前2小时取消就好"),),
    ),
    "sign_up_occasion_cancelled": Words(
        _("“%(occasion)s”取消了"), None, (_("您不用再做什么，可以看看别的"),)
    ),
    "sign_up_time_changed": Words(
        _("“%(occasion)s”改时间了"),
        _("改到%(starts_at)s"),
        (_("来不了就取消，让给别人"),),
    ),
    "sign_up_place_changed": Words(
        _("“%(occasion)s”换地方了"),
        _("现在在%(place)s"),
        (_("%(starts)s 开始，来不了就取消，让给别人"),),
    ),
    "sign_up_reminder": Words(
        _("别忘了“%(occasion)s”"),
        _("%(starts_at)s 开始"),
        (_("来不了就取消，让给别人"),),
    ),
    "sign_up_paused": Words(
        _("暂时不能报名了"),
        _("有%(missed)s次报了名没来，也没提前说"),
        (_("%(day)s以后可以再报；有特殊情况，打电话告诉站里"),),
        call=True,
    ),
}
