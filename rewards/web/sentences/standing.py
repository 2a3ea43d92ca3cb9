"""Why somebody may not take part, what the register knows, and how limits of age are said."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.activities.types import Occasion
from rewards.participants.types import Profession, Training

from .words import LIST_AGAIN, MEND, Words

QUALIFICATIONS: Mapping[str, LazyString] = {
    Profession.MEDICAL: _("医疗"),
    Profession.LEGAL: _("法律"),
    Profession.PSYCHOLOGY: _("心理"),
    Profession.DRIVING: _("驾驶"),
    Training.FIRST_AID: _("急救"),
    Training.SAFETY: _("安全"),
    Training.CHILDREN: _("陪伴孩子"),
    Training.ELDERLY: _("照护老人"),
    Training.HOTLINE: _("接听热线"),
}

STANDING: Mapping[str, Words] = {
    "age-limit": Words(_("年龄不合适"), _("这一场要%(ages)s"), (_("看看别的活动"),), call=True),
    "age-unknown": Words(
        _("还不知道您的年龄"),
        _("这一场要%(ages)s"),
        (_("请工作人员登记出生年份，再签到"),),
        call=True,
    ),
    "qualification-required": Words(
        _("这个班次要有%(qualification)s资格"),
        None,
        (_("请站里登记您的证书，或选别的班次"),),
        call=True,
    ),
    "training-required": Words(
        _("这个班次要先参加%(training)s培训"),
        None,
        (_("请站里安排培训；已经参加过，请站里登记"),),
        call=True,
    ),
    "guardian-consent-required": Words(
        _("要监护人先同意"),
        None,
        (_("请监护人来站签字，或接站里的电话"),),
        call=True,
    ),
    "occasion-requirements": Words(
        _("对来的人的要求填得不对"), None, (_("年龄从小到大，资格和培训从列表里选"),)
    ),
    "invalid-qualification": Words(_("资格填得不对"), None, (_("从列表里选；有效期要到今天以后"),)),
    "qualification-not-found": Words(_("没有找到这项资格"), None, LIST_AGAIN),
    "own-qualification": Words(_("不能登记自己的资格"), None, (_("请另一位工作人员核对后登记"),)),
    "not-a-minor": Words(
        _("成年人不用监护人同意"), None, (_("是未成年人就先填出生年份，再记监护人"),)
    ),
    "no-guardian-consent": Words(_("没有监护人的同意记录"), None, MEND),
}

TO_STAFF: Mapping[str, Words] = {
    "age-unknown": Words(
        _("还没有登记出生年份"),
        _("这一场要%(ages)s"),
        (_("在居民页面补上出生年份，再签到"),),
    ),
    "qualification-required": Words(
        _("这个班次要有%(qualification)s资格"),
        None,
        (_("看过证书，在居民页面登记，再签到"),),
    ),
    "training-required": Words(
        _("这个班次要先参加%(training)s培训"),
        None,
        (_("参加过的，在居民页面登记，再签到"),),
    ),
    "guardian-consent-required": Words(
        _("未成年人，要监护人先同意"),
        None,
        (_("请监护人签字或打电话问，在居民页面记下，再签到"),),
    ),
}


def name_qualification(code: object) -> str:
    """Return the name of a profession or training."""
    return str(QUALIFICATIONS.get(str(code), code))


def tell_ages(members: Mapping[str, Any]) -> str:
    """Return whom limits of age mean; empty: there are none."""
    least, most = members.get("age_min"), members.get("age_max")
    if least is not None and most is not None:
        return str(gettext("%(least)s到%(most)s岁", least=least, most=most))
    if least is not None:
        return str(gettext("年满%(least)s岁", least=least))
    return "" if most is None else str(gettext("不超过%(most)s岁", most=most))


def tell_terms(occasion: Occasion) -> list[str]:
    """Return who may come to an occasion, where not everybody may."""
    ages = tell_ages({"age_min": occasion.age_min, "age_max": occasion.age_max})
    asked = [ages] if ages else []
    if occasion.qualification:
        name = name_qualification(occasion.qualification)
        asked.append(gettext("有%(name)s资格", name=name))
    if occasion.training:
        asked.append(gettext("学过%(name)s", name=name_qualification(occasion.training)))
    return asked
