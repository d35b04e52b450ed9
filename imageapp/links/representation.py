"""An expiring link as it is shown: the one thing from which both its pages and its JSON are made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imageapp.clock import rfc3339
from imageapp.images.representation import Picture
from imageapp.links.models import Link
from imageapp.links.tokens import LinkSigner


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link with its address; `seconds` is how long it was made for.

    `state` is "live", "ended", "revoked", or "off": the plan gives no links at this moment.
    """

    id: str
    url: str
    expires_at: datetime
    seconds: int
    seconds_left: int
    state: str
    picture: Picture
    revoke_url: str
    new_url: str

    def as_json(self) -> dict[str, Any]:
        """What a program gets."""
        return {
            "id": self.id,
            "url": self.url,
            "expires_at": rfc3339(self.expires_at),
            "seconds": self.seconds,
            "state": self.state,
            "image": self.picture.url,
        }


def shown_link(
    link: Link, picture: Picture, signer: LinkSigner, root: str, now: datetime, *, plan_gives: bool
) -> ShownLink:
    """The link as its owner sees it. `root` is the absolute address of this server, without a slash at the end.

    `plan_gives` says whether the owner's plan gives links at this moment.
    """
    token = signer.sign(link.id, link.created_at, link.expires_at)
    left = max(0, int((link.expires_at - now).total_seconds()))
    lasts = "live" if plan_gives else "off"
    state = "revoked" if link.revoked_at else lasts if now < link.expires_at else "ended"
    return ShownLink(
        id=link.id,
        url=f"{root}/l/{token}",
        expires_at=link.expires_at,
        seconds=int((link.expires_at - link.created_at).total_seconds()),
        seconds_left=left if state == "live" else 0,
        state=state,
        picture=picture,
        revoke_url=f"{root}/links/{link.id}/revoke",
        new_url=f"{picture.url}/links/new",
    )
