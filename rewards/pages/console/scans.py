"""What a gate makes of a scan: somebody who comes or leaves, people to choose from, a refusal."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import CheckInId, Evidence, Receipt
from rewards.core import idempotency, unit
from rewards.core.errors import RewardsError
from rewards.core.idempotency import KeyedRequest
from rewards.gates import rules as gates
from rewards.network import queries as network
from rewards.participants import rules as participants
from rewards.participants.types import Participant
from rewards.web import parsing

from . import gate_verdicts, people
from .frame import Post
from .gate_verdicts import Verdict

IN, OUT = "in", "out"
SEEN = frozenset({"camera", "photo"})
# A scanner may type into a field in which something stood already: the code comes last.
_CODE = re.compile(r"(?:https?://[^/\s]{1,200}/c/)?[a-z2-7]{37}$", re.IGNORECASE)
_SCHEME = "://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was scanned, typed or chosen at a gate. `key` tells a scan from the next one.

    `is_seen`: a camera saw it, so it is a code, whatever it says.
    """

    raw: str = ""
    gate: str = ""
    direction: str = IN
    participant_id: ParticipantId | None = None
    key: str = ""
    is_seen: bool = False

    @property
    def is_code(self) -> bool:
        """Tell whether it is a code or a whole card number, which means one person."""
        if self.is_seen or _SCHEME in self.raw or _CODE.search(self.raw):
            return True
        compact = "".join(self.raw.split())
        return len(compact) == participants.NUMBER_LENGTH and compact.isdigit()


def read(values: Mapping[str, str]) -> Scan:
    """Return the scan that a form, an address or a script sends; nonsense counts as left out."""
    raw = people.normalize(values.get("raw", ""))
    code = _CODE.search(raw)
    key = values.get("key", "")
    return Scan(
        raw=code[0] if code else raw[: gates.RAW_LENGTH_MAX],
        gate=gates.name_gate(values.get("gate", "")),
        direction=OUT if values.get("direction") == OUT else IN,
        participant_id=_read_person(values.get("participant", "")),
        key=key if parsing.is_key(key) else "",
        is_seen=values.get("source") in SEEN,
    )


def take(scan: Scan, *, occasion: Occasion, post: Post) -> Verdict:
    """Check somebody in or out by *scan*, or say what is to be done instead."""
    if scan.participant_id is None:
        if not scan.raw:
            return gate_verdicts.nothing()
        if not scan.is_code:
            return search(scan, occasion=occasion, post=post)
    try:
        receipt = _attend(scan, occasion, post)
    except RewardsError as error:
        return gate_verdicts.refuse(error, raw=scan.raw, now=post.now)
    if scan.direction == OUT:
        return gate_verdicts.tell_leaving(receipt, occasion, post=post)
    return gate_verdicts.tell_coming(receipt, occasion, post=post)


def search(scan: Scan, *, occasion: Occasion, post: Post) -> Verdict:
    """Find who may be meant by what was typed, for staff to choose from."""
    try:
        found = people.find(scan.raw, post=post, node=network.get_node(occasion.node_id))
    except RewardsError as error:
        return gate_verdicts.refuse(error, raw=scan.raw, now=post.now)
    if not found:
        return gate_verdicts.nobody(scan.raw)
    return gate_verdicts.choose([(person, _is_present(person, occasion)) for person in found])


def _is_present(person: Participant, occasion: Occasion) -> bool:
    return checkins.find_receipt(occasion_id=occasion.id, participant_id=person.id) is not None


def _attend(scan: Scan, occasion: Occasion, post: Post) -> Receipt:
    arguments: dict[str, Any] = {
        "actor": post.actor,
        "occasion_id": occasion.id,
        "participant_id": scan.participant_id,
        "card": "" if scan.participant_id else scan.raw,
        "now": post.now,
    }
    act: Callable[..., Receipt] = service.check_out_by_staff
    if scan.direction == IN:
        act = service.check_in_by_staff
        arguments["evidence"] = Evidence(gate=scan.gate)
    answer = unit.answer_once(
        act, request=_keyed(scan, occasion, post), render=_remember, **arguments
    )
    body = answer.body
    return checkins.get_receipt(CheckInId(UUID(hex=body["id"])), is_new=body["is_new"])


def _remember(receipt: Receipt) -> tuple[int, dict[str, Any]]:
    return 200, {"id": receipt.check_in_id.hex, "is_new": receipt.is_new}


def _keyed(scan: Scan, occasion: Occasion, post: Post) -> KeyedRequest | None:
    # The answer to a scan may get lost on the way; asked again, it is the same.
    if not scan.key:
        return None
    asked = [occasion.id.hex, scan.direction, scan.raw, str(scan.participant_id or "")]
    return KeyedRequest(
        principal=post.actor.principal,
        route="console gate",
        key=scan.key,
        fingerprint=idempotency.fingerprint(asked),
        received_at=post.now,
    )


def _read_person(text: str) -> ParticipantId | None:
    try:
        return ParticipantId(UUID(text))
    except ValueError:
        return None
