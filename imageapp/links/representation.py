"""An expiring link as it is shown: the one thing from which both its pages and its JSON are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from imageapp.clock import rfc3339
from imageapp.images.representation import Picture
from imageapp.links.listing import COUNTED
from imageapp.links.models import Link
from imageapp.links.tokens import LinkSigner
from imageapp.sentences import say, say_of


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link with its address.

    `seconds` is how long it was made for; `lasts` is how long it works in all, less where its owner moved its end, and
    `seconds_left` what is left of that. `over_at` is when it ended, by itself or by its owner, or will end. `state` is
    "live", "ended", "revoked", "off" where the plan gives no links at this moment, or "trashed" where the picture lies
    in the trash.
    """

    id: str
    url: str
    expires_at: datetime
    seconds: int
    lasts: int
    seconds_left: int
    state: str
    over_at: datetime
    over_a_day: bool
    in_trash: bool
    picture: Picture
    page_url: str
    revoke_url: str
    shorten_url: str
    new_url: str

    @property
    def works(self) -> bool:
        """Whether it opens something, or will again when the plan gives links again or the picture is restored."""
        return self.state in {"live", "off", "trashed"}

    @property
    def longest(self) -> int:
        """For how many seconds more it may work at most, to end earlier than it does; 0 where it cannot."""
        return max(0, self.seconds_left - 1)

    def as_json(self) -> dict[str, Any]:
        """What a program gets."""
        return {
            "id": self.id,
            "url": self.url,
            "expires_at": rfc3339(self.expires_at),
            "seconds": self.seconds,
            "shortened": self.lasts < self.seconds,
            "state": self.state,
            "image": self.picture.url,
        }


def shown_link(
    link: Link, picture: Picture, signer: LinkSigner, root: str, now: datetime, *, plan_gives: bool, in_trash: bool
) -> ShownLink:
    """The link as its owner sees it. `root` is the absolute address of this server, without a slash at the end.

    `plan_gives` says whether the owner's plan gives links at this moment, `in_trash` whether the picture is put away.
    """
    signed_until = link.signed_until or link.expires_at
    lasts = "off" if not plan_gives else "trashed" if in_trash else "live"
    state = "revoked" if link.revoked_at else lasts if now < link.expires_at else "ended"
    over_at = link.revoked_at or link.expires_at
    page_url = f"{root}/links/{link.id}"
    return ShownLink(
        id=link.id,
        url=f"{root}/l/{signer.sign(link.id, link.created_at, signed_until)}",
        expires_at=link.expires_at,
        seconds=_seconds(link.created_at, signed_until),
        lasts=_seconds(link.created_at, link.expires_at),
        seconds_left=max(0, _seconds(now, link.expires_at)) if state == "live" else 0,
        state=state,
        over_at=over_at,
        in_trash=in_trash,
        over_a_day=now - over_at >= timedelta(days=1),
        picture=picture,
        page_url=page_url,
        revoke_url=f"{page_url}/revoke",
        shorten_url=f"{page_url}/shorten",
        new_url=f"{picture.url}/links/new",
    )


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


@dataclass(frozen=True, slots=True)
class Tab:
    """A list of links as it is chosen: `state` is None for all of them, `count` how many it has.

    `shown` is that count in words, empty for none, "99+" where it was not counted further.
    """

    state: str | None
    words: str
    url: str
    count: int
    current: bool

    @property
    def shown(self) -> str:
        if self.count >= COUNTED:
            return f"{COUNTED - 1}+"
        return str(self.count) if self.count else ""


def tabs(counts: Mapping[str, int], state: str | None, url: str, *, plan_gives: bool) -> list[Tab]:
    """The lists that `url` offers, of which that of `state` is looked at."""
    living = ("live", say_of("several links", "Live")) if plan_gives else ("off", say("Not in your plan"))
    kinds = [
        (*living, counts["live"]),
        ("ended", say_of("several links", "Expired"), counts["ended"]),
        ("revoked", say_of("several links", "Revoked"), counts["revoked"]),
    ]
    everything = Tab(None, say("All"), url, sum(counts.values()), state is None)
    return [everything, *[Tab(one, words, f"{url}?state={one}", count, one == state) for one, words, count in kinds]]
