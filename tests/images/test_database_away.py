"""The database goes away between the files of one upload."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target
from imageapp.imaging.worker import WorkerDecoder
from tests.site import JSON, Site


class Saboteur:
    """The real decoder, which takes the table of pictures away after its first picture."""

    def __init__(self) -> None:
        self.decoder = WorkerDecoder(Limits())
        self.database: Path | None = None
        self.made = 0

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:
        """As the decoder does it."""
        rendered = self.decoder.render(source, targets, accepted)
        self.made += 1
        if self.made == 2 and self.database is not None:
            with closing(sqlite3.connect(self.database)) as connection:
                connection.execute("ALTER TABLE images RENAME TO hidden")
        return rendered

    def close(self) -> None:
        """End the worker."""
        self.decoder.close()


def test_what_was_kept_is_told_when_the_database_fails_at_a_later_file(
    start_site: Callable[..., Site], photo: Path
) -> None:
    saboteur = Saboteur()
    site = start_site(decoder=saboteur)
    alice = site.member()
    saboteur.database = site.settings.instance / "imageapp.db"

    answer = alice.upload(("one.jpg", photo.read_bytes()), ("two.jpg", photo.read_bytes()))

    with closing(sqlite3.connect(saboteur.database)) as connection:
        connection.execute("ALTER TABLE hidden RENAME TO images")
    told = answer.json()
    assert answer.status_code == 201
    assert [image["name"] for image in told["images"]] == ["one.jpg"]
    assert [(one["name"], one["error"]) for one in told["refused"]] == [("two.jpg", "unavailable")]
    assert alice.get("/images", headers=JSON).json()["images"] == told["images"]
    assert alice.get("/account", headers=JSON).json()["used_bytes"] == photo.stat().st_size
