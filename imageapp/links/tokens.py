"""The token in an expiring link: which link it is and when it ends, signed."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from imageapp.identifiers import is_id

SALT = "imageapp.link.v1"  # of its own, so that no session or form token passes for a link, nor the reverse
VERSION = 1
LONGEST = 300  # characters; a token of ours has about 120


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What a genuine token says."""

    link_id: str
    expires_at: datetime


class _DatedSigner(TimestampSigner):
    """Dates a token with the moment when the link was made, so that its address is the same whenever it is shown."""

    def __init__(self, *args: Any, at: int = 0, **kwargs: Any) -> None:  # noqa: ANN401 - handed on as they came
        super().__init__(*args, **kwargs)
        self._at = at

    def get_timestamp(self) -> int:
        return self._at


class LinkSigner:
    """Signs with `key`; accepts what was signed with it or with one of the fallbacks (newest first)."""

    def __init__(self, key: str, fallbacks: Sequence[str] = ()) -> None:
        # itsdangerous wants the oldest key first and signs with the last one.
        self._keys = [*reversed(fallbacks), key]
        self._reader = URLSafeTimedSerializer(self._keys, salt=SALT)
        self._signers = [URLSafeTimedSerializer(one, salt=SALT).make_signer(SALT) for one in self._keys]

    def sign(self, link_id: str, created_at: datetime, expires_at: datetime) -> str:
        """The token of a link that was made and ends at those moments; of the end, whole seconds count."""
        dated = {"at": int(created_at.timestamp())}
        writer = URLSafeTimedSerializer(self._keys, salt=SALT, signer=_DatedSigner, signer_kwargs=dated)
        token = writer.dumps({"v": VERSION, "l": link_id, "exp": int(expires_at.timestamp())})
        return token if isinstance(token, str) else token.decode("ascii")

    def read(self, token: str) -> LinkToken | None:
        """What the token says, or None if it is not one of ours to the letter. The end is not judged here.

        No `max_age`: itsdangerous counts it from the signer's clock, refuses a token "from the future" of a node whose
        clock is ahead, and keeps one alive for a part of a second too long. The end inside is exact and absolute.
        """
        if len(token) > LONGEST or not token.isascii() or not self._written_by_us(token):
            return None
        try:
            payload = self._reader.loads(token)
        except BadData:
            return None
        if not isinstance(payload, dict) or payload.get("v") != VERSION:
            return None
        link_id, end = payload.get("l"), payload.get("exp")
        if not isinstance(link_id, str) or not is_id(link_id) or not isinstance(end, int):
            return None
        return LinkToken(link_id, datetime.fromtimestamp(end, UTC))

    def _written_by_us(self, token: str) -> bool:
        # The last character of a base64 text has twins that decode to the same bytes, and padding may be added: such a
        # token verifies though we never wrote it. Compared as text, each link has one spelling.
        value, _, signature = token.rpartition(".")
        return any(hmac.compare_digest(signature.encode(), signer.get_signature(value)) for signer in self._signers)
