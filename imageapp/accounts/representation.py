"""An account as it is shown: to its person, on the page and in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imageapp.accounts.models import Account, Signin
from imageapp.clock import rfc3339
from imageapp.wording import device


@dataclass(frozen=True, slots=True)
class ShownSignin:
    """One place where somebody is signed in; `kind` is "phone" or "laptop"."""

    id: str
    device: str
    kind: str
    since: datetime
    seen_at: datetime
    current: bool


def shown_signins(signins: Sequence[Signin], account: Account) -> list[ShownSignin]:
    """This one first, then the others as they come."""
    shown = [
        ShownSignin(one.id, *device(one.agent), one.created_at, one.seen_at, one.id == account.signin_id)
        for one in signins
    ]
    return sorted(shown, key=lambda one: not one.current)


def account_json(account: Account, signins: Sequence[ShownSignin]) -> dict[str, Any]:
    """The account as a program reads it."""
    plan = account.plan
    return {
        "username": account.username,
        "is_admin": account.is_admin,
        "plan": {
            "name": plan.name,
            "sizes": [size.label for size in plan.sizes],
            "shows_original": plan.shows_original,
            "makes_links": plan.makes_links,
            "quota_bytes": plan.quota_bytes,
        },
        "used_bytes": account.used_bytes,
        "language": account.language,
        "theme": account.theme,
        "signins": [
            {
                "id": one.id,
                "device": one.device,
                "created_at": rfc3339(one.since),
                "seen_at": rfc3339(one.seen_at),
                "current": one.current,
            }
            for one in signins
        ],
    }
