"""What is said of teams: the names of their categories, and what is refused."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.teams.types import Category, Team

from .words import LIST_AGAIN, MEND, OTHER_NAME, Words

# Those that every center has; a special one of a center is called as the center wrote it.
CATEGORIES: Mapping[str, LazyString] = {
    "policy": _("政策宣讲"),
    "culture": _("文化艺术"),
    "schooling": _("助学支教"),
    "health": _("医疗健康"),
    "science": _("科学普及"),
    "law": _("法律服务"),
    "environment": _("卫生环保"),
    "poverty": _("扶贫帮困"),
    "traffic": _("文明交通"),
    "epidemic": _("抗疫先锋"),
    "counselling": _("心理疏导"),
    "transport": _("应急运输"),
    "homeowners": _("帮扶业主"),
    "heating": _("冬季供暖"),
}

TEAMS: Mapping[str, Words] = {
    "team-not-found": Words(_("没有找到这支队伍"), None, LIST_AGAIN),
    "team-closed": Words(_("这支队伍已经停用"), None, (_("换一支队伍，或先恢复它"),)),
    "team-name-taken": Words(_("这个站点已有同名的队伍"), _("停用的队伍也算"), OTHER_NAME),
    "invalid-team": Words(_("名称不合要求"), _("不能空着，也不能太长"), (_("换一个名称再存"),)),
    "team-category-unknown": Words(_("没有这个类别，或已经隐藏"), None, (_("换一个类别"),)),
    "team-category-exists": Words(_("已有同名的类别"), None, (_("用已有的；隐藏了就恢复显示"),)),
    "already-member": Words(
        _("这个人那天已经在队里"), _("从 %(joined_on)s 起"), (_("核对日期，或不用再加"),)
    ),
    "not-member": Words(_("这个人不在队里"), None, (_("先加进队伍，再办这一步"),)),
    "membership-dates": Words(
        _("日期不对"), _("要在 %(first)s 到 %(last)s 之间"), (_("核对日期，再填一次"),)
    ),
    "teams-not-imported": Words(_("有几行不对，一行也没有导入"), None, MEND),
    "team-members-not-imported": Words(_("有几行不对，一行也没有导入"), None, MEND),
}


def name_category(of: Category | Team) -> str:
    """Return what the category, or that of a team, is called."""
    code, name = (
        (of.code, of.name) if isinstance(of, Category) else (of.category_code, of.category_name)
    )
    return str(CATEGORIES.get(code, name))
