"""What the gate says to a scan, in one field of colour: done, already, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from rewards.activities.types import Occasion
from rewards.checkins.types import AttendanceState, Receipt
from rewards.core.errors import RewardsError
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import formats, sentences

from . import strangers, undoing
from .frame import Post

DONE, ALREADY, REFUSED = "done", "already", "refused"
# Each is drawn as one of the marks of a result.
MARKS = {DONE: "ok", ALREADY: "again", REFUSED: "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody who may be meant by what was typed."""

    id: str
    name: str
    about: str
    is_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to a scan. `choices`: it is not known yet who is meant."""

    verdict: str
    title: str
    detail: str = ""
    steps: tuple[str, ...] = ()
    who: str = ""
    points: int = 0
    time: str = ""
    undo: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def mark(self) -> str:
        """Return the mark and the colour of the verdict: ok, again or no."""
        return MARKS[self.verdict]


def tell(verdict: Verdict, *, people: int) -> dict[str, Any]:
    """Return *verdict* as the script of the page reads it; so many people are in by now."""
    return {
        "verdict": verdict.verdict,
        "title": verdict.title,
        "detail": verdict.detail,
        "next_step": str(_("；")).join(verdict.steps),
        "steps": list(verdict.steps),
        "who": verdict.who,
        "points": verdict.points,
        "time": verdict.time,
        "people": people,
        "undo": verdict.undo,
        "choices": [
            {
                "id": each.id,
                "name": each.name,
                "about": each.about,
                "is_present": each.is_present,
            }
            for each in verdict.choices
        ],
    }


def tell_coming(receipt: Receipt, occasion: Occasion, *, post: Post) -> Verdict:
    """Return what is said to somebody who came, just now or before."""
    name = _name_of(receipt)
    if receipt.is_new:
        return Verdict(
            verdict=DONE,
            title=_("%(name)s 签到了", name=name),
            detail=_tell_gain(receipt, occasion),
            who=name,
            points=receipt.points,
            time=formats.clock(receipt.checked_in_at),
            undo=undoing.address_of(receipt, actor=post.actor, now=post.now),
        )
    return Verdict(
        verdict=ALREADY,
        title=_("%(name)s 已经签到了", name=name),
        detail=_tell_earlier(receipt, occasion, post.now),
        steps=(_("不用再扫，请进"),),
        who=name,
        points=receipt.points,
        time=formats.clock(receipt.checked_in_at),
        undo=undoing.address_of(receipt, actor=post.actor, now=post.now),
    )


def tell_leaving(receipt: Receipt, occasion: Occasion, *, post: Post) -> Verdict:
    """Return what is said to somebody who leaves, just now or before."""
    name = _name_of(receipt)
    left_at = receipt.checked_out_at or post.now
    served = _("服务 %(time)s", time=formats.hours_exact(receipt.minutes or 0))
    if receipt.is_new:
        return Verdict(
            verdict=DONE,
            title=_("%(name)s 签退了", name=name),
            detail=_join(served, _tell_gain(receipt, occasion)),
            who=name,
            points=receipt.points,
            time=formats.clock(left_at),
            undo=undoing.address_of(receipt, actor=post.actor, now=post.now),
        )
    moment = formats.when(left_at, post.now)
    return Verdict(
        verdict=ALREADY,
        title=_("%(name)s 已经签退了", name=name),
        detail=_join(_("%(moment)s 签退", moment=moment), served),
        steps=(_("不用再扫"),),
        who=name,
        points=receipt.points,
        time=formats.clock(left_at),
        undo=undoing.address_of(receipt, actor=post.actor, now=post.now),
    )


def refuse(error: RewardsError, *, raw: str, now: datetime) -> Verdict:
    """Return what is said to a scan that is refused, and what to do now."""
    sentence = strangers.explain(error, raw) or sentences.explain(error, to_staff=True)
    return Verdict(
        verdict=REFUSED,
        title=sentence.what,
        detail=sentence.why,
        steps=sentence.next_steps,
        time=formats.clock(now),
    )


def choose(found: Sequence[tuple[Participant, bool]]) -> Verdict:
    """Ask which of those people is meant; each comes with whether they are in."""
    count = formats.people(len(found))
    return Verdict(
        verdict=REFUSED,
        title=_("找到%(people)s，是哪一位", people=count),
        detail=_("问姓名和手机号，核对了再点"),
        choices=tuple(
            Choice(
                id=str(person.id),
                name=person.masked_name,
                about=_about(person),
                is_present=is_present,
            )
            for person, is_present in found
        ),
    )


def nobody(raw: str) -> Verdict:
    """Return what is said if what was typed names nobody."""
    return Verdict(
        verdict=REFUSED,
        title=_("没有找到“%(text)s”", text=raw) if not raw.isdigit() else _("没有找到这个号码"),
        steps=(
            _("卡号8位，手机号11位或最后4位；姓名填两个字，或拼音首字母"),
            _("还没登记过：先到“居民”里登记"),
        ),
    )


def nothing() -> Verdict:
    """Return what is said if the field was empty."""
    return Verdict(
        verdict=REFUSED,
        title=_("还没有扫，也没有填"),
        steps=(_("扫居民的码或志愿者卡；扫不了就填卡号"),),
    )


def _name_of(receipt: Receipt) -> str:
    return participants.get_participant(receipt.participant_id).masked_name


def _about(person: Participant) -> str:
    number = formats.group4(person.number)
    return _join(formats.tail(person.masked_phone) if person.masked_phone else "", number)


def _tell_gain(receipt: Receipt, occasion: Occasion) -> str:
    if receipt.is_withheld:
        return str(_("积分稍后补上"))
    if occasion.requires_check_out and receipt.checked_out_at is None:
        return str(_("签退后算积分"))
    if receipt.points:
        return str(formats.gain_points(receipt.points))
    return _join(*(sentences.explain_award(award) for award in receipt.awards))


def _tell_earlier(receipt: Receipt, occasion: Occasion, now: datetime) -> str:
    moment = formats.when(receipt.checked_in_at, now)
    came = _("%(moment)s 签到", moment=moment)
    if receipt.gate:
        came = _("%(moment)s %(gate)s签到", moment=moment, gate=receipt.gate)
    if receipt.checked_out_at is not None:
        left = _("%(time)s 已签退", time=formats.clock(receipt.checked_out_at))
        return _join(came, left)
    if receipt.state in (AttendanceState.DECLINED, AttendanceState.LAPSED):
        return _join(came, _("不算时长"))
    return _join(came, _tell_gain(receipt, occasion))


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
