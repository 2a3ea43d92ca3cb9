"""One-time codes. Only keyed digests are kept: of the phone, and of the code."""

import hmac
import unicodedata
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import StaffId
from rewards.core.db import db, is_sqlite
from rewards.core.ids import first_id, new_digits, new_id
from rewards.core.secrecy import vault
from rewards.core.unit import operation

from .. import rules, store
from ..errors import CodeExpiredError, WrongCodeError
from ..models import OneTimeCodeRow
from ..types import SentCode

PHONE_ENDING_LENGTH = 4


@operation
def issue_code(*, phone: str, issued_by: StaffId | None, now: datetime) -> SentCode:
    """Make a code for an E.164 number; those that staff give are not counted against it.

    :raises TooManyCodesError: if the phone got too many codes lately.
    :raises CodesUsedUpError: if all phones together did.
    """
    lookup = vault().lookup(phone)
    if issued_by is None:
        _serialize(lookup)
        rules.check_send(_list_sent(lookup, now), now=now)
        rules.check_service(_find_mark(now), now=now)
    code_id, code = new_id(), new_digits(rules.CODE_LENGTH)
    expires_at = now + rules.CODE_LIFE
    db.session.execute(
        sa.insert(OneTimeCodeRow).values(
            id=code_id,
            phone_lookup=lookup,
            code_hash=_hash(code_id, code),
            issued_by=issued_by,
            issued_at=now,
            expires_at=expires_at,
            failures=0,
            used_at=None,
        )
    )
    return SentCode(
        phone=phone, phone_ending=phone[-PHONE_ENDING_LENGTH:], code=code, expires_at=expires_at
    )


@operation
def use_code(*, phone: str, code: str, now: datetime) -> WrongCodeError | CodeExpiredError | None:
    """Accept a code, once, or count the wrong try and return the refusal.

    The refusal is returned, not raised: raising it would roll the count back,
    and guesses would be free. A text message may come late, so every code that
    still counts is good; one that is accepted takes the others with it.
    """
    live = db.session.execute(
        sa.select(OneTimeCodeRow.id, OneTimeCodeRow.code_hash, OneTimeCodeRow.failures)
        .where(
            OneTimeCodeRow.phone_lookup == vault().lookup(phone),
            OneTimeCodeRow.used_at.is_(None),
            OneTimeCodeRow.expires_at > now,
            OneTimeCodeRow.failures < rules.CODE_FAILURES_MAX,
        )
        .order_by(OneTimeCodeRow.id)
        .with_for_update()
    ).all()
    if not live:
        return CodeExpiredError()
    plain = unicodedata.normalize("NFKC", code).replace(" ", "")
    changed = sa.update(OneTimeCodeRow).where(OneTimeCodeRow.id.in_([row.id for row in live]))
    if any(hmac.compare_digest(row.code_hash, _hash(row.id, plain)) for row in live):
        db.session.execute(changed.values(used_at=now))
        return None
    db.session.execute(changed.values(failures=OneTimeCodeRow.failures + 1))
    tries_left = rules.CODE_FAILURES_MAX - 1 - min(row.failures for row in live)
    return WrongCodeError(tries_left=tries_left)


def _hash(code_id: UUID, code: str) -> str:
    # Keyed: a million plain digests would be tried in a second.
    return vault().lookup(f"code:{code_id.hex}:{code}")


def _list_sent(lookup: str, now: datetime) -> list[datetime]:
    longest = max(span for span, _ in rules.SENDS_MAX)
    statement = sa.select(OneTimeCodeRow.issued_at).where(
        OneTimeCodeRow.phone_lookup == lookup,
        OneTimeCodeRow.issued_by.is_(None),
        OneTimeCodeRow.issued_at > now - longest,
    )
    return list(db.session.execute(statement).scalars())


def _find_mark(now: datetime) -> datetime | None:
    # Codes that are sent at this very moment are not seen: a few more cost less
    # than having every phone of a hall wait for the one before.
    since = now - rules.SERVICE_SPAN
    statement = (
        sa.select(OneTimeCodeRow.issued_at)
        .where(
            OneTimeCodeRow.id >= first_id(since),
            OneTimeCodeRow.issued_by.is_(None),
            OneTimeCodeRow.issued_at > since,
        )
        .order_by(OneTimeCodeRow.id.desc())
        .offset(store.hourly_max() - 1)
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def _serialize(lookup: str) -> None:
    # The first code of a phone has no row that could be locked. On SQLite the
    # unit holds the one write lock already.
    if not is_sqlite():
        key = int(lookup[:16], 16) - 2**63
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
