"""Scans that were refused when a tablet uploaded them: staff settle each, or drop it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import rules as codes
from rewards.checkins.errors import InvalidCodeError
from rewards.checkins.types import CodeKind, Receipt
from rewards.core.errors import RewardsError
from rewards.gates import queries, rules, service
from rewards.gates.errors import OfflineScanSettledError
from rewards.gates.types import Direction, OfflineScan, ScanState
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import sentences, statuses

from . import frame, people, safety, troubles, verdicts
from .frame import Post
from .troubles import Trouble

blueprint = Blueprint("console_settling", __name__)

LIST = "/console/gates/settle"
DONE_KEY = "settled"
TAIL_LENGTH = 4
SHOWN_MAX = 50
GAPS_SHOWN_MAX = 5
# The resident has gone home: nobody can be asked to scan once more.
HINTS = {
    "code-expired": _("当时的码已经过期，可能是截图；核对是谁，再找人登记"),
    "invalid-code": _("码不对，或没扫全；问问是谁，再找人登记"),
    "card-revoked": _("这张卡停用了；核对是谁，再找人登记"),
    "occasion-full": _("先到活动里增加名额，再试一次"),
    "check-in-closed": _("人来过的话，先到活动里延长签到时间，再试一次"),
    "check-in-not-open": _("扫得太早；人来过的话，先到活动里改签到时间，再试一次"),
    "not-checked-in": _("先补登签到，再试一次"),
    "occasion-cancelled": _("活动取消了，写明原因作废"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A scan that waits, with what staff need to settle it. `person` None: it names nobody."""

    scan: OfflineScan
    occasion: Occasion
    person: Participant | None
    trouble: Trouble
    hint: LazyString
    is_leaving: bool
    is_fit: bool
    tail: str
    by: str


@blueprint.get(LIST)
def show() -> ResponseReturnValue:
    """Show what waits wherever the staff member checks people in."""
    return _page(frame.enter())


@blueprint.route("/console/gates/scans/<uuid:scan_id>", methods=["GET", "POST"])
def find(scan_id: UUID) -> ResponseReturnValue:
    """Look for the person whom a scan should have named."""
    post, scan = _get(scan_id)
    return _search(post, scan)


@blueprint.post("/console/gates/scans/<uuid:scan_id>/retry")
def retry(scan_id: UUID) -> ResponseReturnValue:
    """Try a scan again, now that what stood in its way may be gone."""
    post, scan = _get(scan_id)
    try:
        receipt = service.try_again(actor=post.actor, scan_id=scan.id, now=post.now)
    except OfflineScanSettledError as error:
        return _go_on_twice(post, scan.id, error)
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return _go_on(scan, receipt)


@blueprint.post("/console/gates/scans/<uuid:scan_id>/check-in")
def check_in(scan_id: UUID) -> ResponseReturnValue:
    """Check in or out whoever was found, at the time of the scan."""
    post, scan = _get(scan_id)
    participant_id = ParticipantId(safety.read_id(request.form.get("participant", "")))
    try:
        receipt = service.check_in_another_way(
            actor=post.actor, scan_id=scan.id, participant_id=participant_id, now=post.now
        )
    except OfflineScanSettledError as error:
        return _go_on_twice(post, scan.id, error, participant_id)
    except RewardsError as error:
        return _search(post, scan, error=error), statuses.status_of(error)
    return _go_on(scan, receipt)


@blueprint.post("/console/gates/scans/<uuid:scan_id>/drop")
def drop(scan_id: UUID) -> ResponseReturnValue:
    """Let a scan count for nothing, with a reason."""
    post, scan = _get(scan_id)
    try:
        service.drop(
            actor=post.actor,
            scan_id=scan.id,
            reason=request.form.get("reason", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect(f"{LIST}?done=dropped", code=303)


def _get(scan_id: UUID) -> tuple[Post, OfflineScan]:
    post = frame.enter()
    scan = queries.get_scan(scan_id)
    access.authorize(post.actor, Verb.CHECK_IN, scan.node_path)
    return post, scan


def _go_on(scan: OfflineScan, receipt: Receipt) -> ResponseReturnValue:
    done = "already" if not receipt.is_new else scan.direction.value
    return _go_to_list(done, receipt.participant_id)


def _go_on_twice(
    post: Post,
    scan_id: UUID,
    error: OfflineScanSettledError,
    participant_id: ParticipantId | None = None,
) -> ResponseReturnValue:
    """Lead a second click where the first one led; that somebody else was meant is refused."""
    scan = queries.get_scan(scan_id)
    settled = scan.participant_id if scan.state is ScanState.SETTLED else None
    if settled is None or participant_id not in (None, settled):
        return _page(post, error=error), statuses.status_of(error)
    return _go_to_list(scan.direction.value, settled)


def _go_to_list(done: str, participant_id: ParticipantId) -> ResponseReturnValue:
    # Not in the address, by which anybody's name could be asked for.
    session[DONE_KEY] = {"what": done, "who": participant_id.hex}
    return redirect(LIST, code=303)


def count_waiting(post: Post) -> int:
    """Return how many scans wait wherever the staff member checks people in."""
    return sum(map(queries.count_waiting, access.visible_paths(post.actor, Verb.CHECK_IN)))


def _page(post: Post, *, error: RewardsError | None = None) -> str:
    branches = access.visible_paths(post.actor, Verb.CHECK_IN)
    if not branches:
        raise NotAllowedError(verb=Verb.CHECK_IN.value)
    waiting = [scan for path in branches for scan in queries.list_waiting(path, limit=SHOWN_MAX)]
    waiting.sort(key=lambda scan: (scan.scanned_at, scan.id))
    return frame.show(
        "settle.html",
        post=post,
        current="refused",
        lines=[_line(scan) for scan in waiting[:SHOWN_MAX]],
        count=count_waiting(post),
        gaps=_list_gaps(branches),
        done=_find_done(),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _search(post: Post, scan: OfflineScan, *, error: RewardsError | None = None) -> str:
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    try:
        node = network.get_node(scan.node_id)
        found = people.find(text, post=post, node=node) if text else ()
    except RewardsError as refusal:
        error = error or refusal
    return frame.show(
        "settle_search.html",
        post=post,
        current="refused",
        line=_line(scan),
        is_waiting=scan.state is ScanState.REFUSED,
        q="" if people.is_code(text) else text,
        is_search=bool(text),
        found=found,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _list_gaps(branches: tuple[str, ...]) -> list[tuple[Occasion, int]]:
    skipped = [each for path in branches for each in queries.count_skipped(path).items()]
    return [
        (activities.get_occasion(occasion_id), count)
        for occasion_id, count in skipped[:GAPS_SHOWN_MAX]
    ]


def _line(scan: OfflineScan) -> Line:
    occasion = activities.get_occasion(scan.occasion_id)
    person = queries.find_named(scan, occasion)
    return Line(
        scan=scan,
        occasion=occasion,
        person=person,
        trouble=troubles.judge(scan.reason),
        hint=HINTS.get(scan.reason) or troubles.judge(scan.reason).hint,
        is_leaving=scan.direction is Direction.OUT,
        is_fit=scan.reason not in rules.UNFIT,
        tail=_find_number(scan.raw or "")[-TAIL_LENGTH:],
        by=verdicts.name_of(scan.opened_by),
    )


def _find_number(raw: str) -> str:
    """Return the member's number that was typed, or stands in a code that may be too old."""
    digits = "".join(raw.split())
    if digits.isdecimal():
        return digits
    try:
        token = codes.parse_token(raw)
    except InvalidCodeError:
        return ""
    number = bytes.fromhex(token.label)
    return number.decode() if token.kind is CodeKind.MEMBER and number.isdigit() else ""


def _find_done() -> dict[str, Any] | None:
    if request.args.get("done", "") == "dropped":
        return {"what": "dropped", "name": ""}
    done = session.pop(DONE_KEY, None)
    if done is None:
        return None
    person = participants.get_participant(ParticipantId(UUID(hex=done["who"])))
    return {"what": done["what"], "name": person.masked_name}
