"""How often a password may be tried, counted in a table so that it holds across processes.

Counted before any hashing: one check costs 0.1 s and 32 MB, which is what an attacker would like to spend for us.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from imageapp.accounts.models import Tries
from imageapp.accounts.passwords import name_key
from imageapp.database import microseconds, writing
from imageapp.refusals import TooManyTries
from imageapp.sentences import Sentence, say_n

WINDOW_MINUTES = 5
PER_NAME_AND_ADDRESS = 10
PER_ADDRESS = 50
PER_USER = 10  # tries of the current password by somebody who is signed in


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted, and how many tries within the window are let through."""

    name: str
    most: int
    forgiven_whole: bool = True  # on success: forgotten altogether, or only that one try


def for_signing_in(username: str, address: str) -> list[Bucket]:
    """What a try to sign in counts against."""
    # Hashed: a name is of any length and may be a password typed into the wrong field.
    who = hashlib.sha256(f"{name_key(username)}\0{address}".encode()).hexdigest()
    return [
        Bucket(f"name:{who}", PER_NAME_AND_ADDRESS),
        Bucket(f"address:{address[:100]}", PER_ADDRESS, forgiven_whole=False),
    ]


def for_changing_password(user_id: int) -> Bucket:
    """What a try of the current password counts against."""
    return Bucket(f"user:{user_id}", PER_USER)


def count(session: Session, buckets: Sequence[Bucket], now: datetime) -> None:
    """Count one try. Raises TooManyTries when a bucket is full, with the seconds until it has room again.

    A refused try does not count: whoever waits gets in, whatever somebody else keeps sending.
    """
    slot = _minute(now)
    with writing(session):
        # Counted before it is judged: PostgreSQL lets many read the same sum at once, but only one have the row. What
        # is refused is undone with the transaction.
        for bucket in buckets:
            insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Tries)
            session.execute(
                insert.values(bucket=bucket.name, slot=slot, count=1).on_conflict_do_update(
                    index_elements=[Tries.bucket, Tries.slot], set_={"count": Tries.count + 1}
                )
            )
        for bucket in buckets:
            _refuse_if_over(session, bucket, slot, now)


def _refuse_if_over(session: Session, bucket: Bucket, slot: int, now: datetime) -> None:
    window = select(func.sum(Tries.count), func.min(Tries.slot)).where(
        Tries.bucket == bucket.name, Tries.slot > slot - WINDOW_MINUTES
    )
    used, oldest = session.execute(window).one()
    if used <= bucket.most:
        return
    free_at = (int(oldest) + WINDOW_MINUTES) * 60
    seconds = max(1, free_at - microseconds(now) // 1_000_000)
    raise TooManyTries(_wait(seconds), retry_after=seconds)


def forgive(session: Session, buckets: Sequence[Bucket], now: datetime) -> None:
    """Take back what a successful try counted. Inside `writing(session)`."""
    for bucket in buckets:
        if bucket.forgiven_whole:
            session.execute(delete(Tries).where(Tries.bucket == bucket.name))
        else:
            session.execute(
                update(Tries)
                .where(Tries.bucket == bucket.name, Tries.slot == _minute(now), Tries.count > 0)
                .values(count=Tries.count - 1)
            )


def forget_old(session: Session, now: datetime) -> int:
    """Remove what no longer counts. Returns how many rows. Inside `writing(session)`."""
    old = delete(Tries).where(Tries.slot <= _minute(now) - WINDOW_MINUTES)
    return len(session.execute(old.returning(Tries.slot)).all())


def _minute(now: datetime) -> int:
    return microseconds(now) // 60_000_000


def _wait(seconds: int) -> Sentence:
    if seconds < 100:
        return say_n(
            "Wait %(count)s second, then try again. Nothing was lost.",
            "Wait %(count)s seconds, then try again. Nothing was lost.",
            seconds,
        )
    return say_n(
        "Wait %(count)s minute, then try again. Nothing was lost.",
        "Wait %(count)s minutes, then try again. Nothing was lost.",
        -(-seconds // 60),
    )
