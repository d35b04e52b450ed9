"""The schema comes to this version wholly or not at all, once, whoever starts and whatever happens meanwhile."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, select, text
from sqlalchemy.exc import IntegrityError

from imageapp import database, migrating, schema
from imageapp.accounts.models import User
from imageapp.config import Settings
from imageapp.extensions import db
from imageapp.plans.models import Plan
from tests.operations.program import CHECKOUT, environment, finished, run, start

KILLED_BEFORE_THE_COMMIT = """
import os, pathlib, signal, sys
from imageapp import migrating
from imageapp.config import Settings
settings = Settings(instance=pathlib.Path(sys.argv[1]), database_url=sys.argv[2])
migrating.upgrade(settings, clock=lambda: os.kill(os.getpid(), signal.SIGKILL))
"""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection of the kind that migrates, without foreign keys on SQLite, committed at its end."""
    with engine_of(url) as engine:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys=OFF"))
        with engine.connect() as connection, connection.execution_options(writes=True).begin():
            yield connection


def described(url: str) -> dict[str, Any]:
    """Every table with its columns, keys, checks and indexes, as the database itself tells."""
    with engine_of(url) as engine:
        looked = inspect(engine)
        return {
            name: {
                "columns": [
                    (one["name"], str(one["type"]), one["nullable"], bool(one.get("autoincrement")))
                    for one in looked.get_columns(name)
                ],
                "key": looked.get_pk_constraint(name),
                "foreign": sorted(map(str, looked.get_foreign_keys(name))),
                "unique": sorted(map(str, looked.get_unique_constraints(name))),
                "checks": sorted(str(one) for one in looked.get_check_constraints(name)),
                "indexes": sorted(_index(one) for one in looked.get_indexes(name)),
            }
            for name in looked.get_table_names()
            if name != "alembic_version"
        }


def _index(found: Any) -> str:
    # What an index leaves out comes as an object, which as a text would be told by its place in memory.
    return str({**found, "dialect_options": {key: str(value) for key, value in found["dialect_options"].items()}})


def admins(url: str) -> list[str]:
    with engine_of(url) as engine, engine.connect() as connection:
        return list(connection.scalars(select(User.username).where(User.is_admin)))


def tables(url: str) -> set[str]:
    with engine_of(url) as engine:
        return set(inspect(engine).get_table_names())


def settings_for(folder: Path, url: str) -> Settings:
    return Settings(instance=folder / "instance", database_url=url)


def fill(connection: Connection) -> None:
    """A row in every table, each pointing to the others as it may."""
    plan = connection.scalars(select(Plan.id)).first()
    size = connection.execute(text("SELECT id FROM sizes")).scalar()
    ids = {"p": plan, "s": size, "i": "i" * 22, "l": "l" * 22}
    for statement in (
        "INSERT INTO users (id, username, username_key, password_hash, must_change, is_admin, is_active, plan_id,"
        " used_bytes, created_at) VALUES (77, 'alice', 'alice', 'x', FALSE, FALSE, TRUE, :p, 9, 1)",
        "INSERT INTO signins (id, user_id, created_at, seen_at, agent) VALUES ('s', 77, 1, 1, 'x')",
        "INSERT INTO tries (bucket, slot, count) VALUES ('b', 1, 1)",
        "INSERT INTO images (id, owner_id, name, format, width, height, bytes, sha256, blob_key, created_at)"
        " VALUES (:i, 77, 'cat', 'JPEG', 4, 3, 9, 'x', 'k', 1)",
        "INSERT INTO thumbnails (image_id, size_id, format, width, height, bytes, blob_key)"
        " VALUES (:i, :s, 'JPEG', 4, 3, 5, 't')",
        "INSERT INTO links (id, image_id, owner_id, created_at, expires_at) VALUES (:l, :i, 77, 1, 2)",
    ):
        connection.execute(text(statement), ids)
    if inspect(connection).has_table("upload_days"):  # the first schemas had none
        connection.execute(text("INSERT INTO upload_days (day, pictures, bytes) VALUES (1, 1, 9)"))


def rows(url: str) -> dict[str, int]:
    with engine_of(url) as engine, engine.connect() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables(url)}


def test_models_and_migrations_are_the_same_schema(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
    by_migrations = described(database_url)

    with connected(database_url) as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)
    with connected(database_url) as connection:
        db.metadata.create_all(connection)
    by_models = described(database_url)

    assert differences == []
    assert by_migrations == by_models


def test_each_step_down_and_up_again_works_with_rows_in_every_table(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    fresh = described(database_url)
    steps = list(schema.scripts().walk_revisions())
    with connected(database_url) as connection:
        fill(connection)
    full = rows(database_url)

    for step in steps:
        with connected(database_url) as connection:
            command.downgrade(migrating.alembic_config(connection), str(step.down_revision or "base"))
            migrating.check_keys(connection)
    emptied = tables(database_url)
    migrating.upgrade(settings_for(tmp_path, database_url))

    assert all(count >= 1 for count in full.values())
    assert emptied <= {"alembic_version"}
    assert described(database_url) == fresh
    assert admins(database_url) == ["admin"]


def test_pictures_from_before_the_second_schema_are_stills_of_which_nothing_is_known(
    database_url: str, tmp_path: Path
) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        command.downgrade(migrating.alembic_config(connection), "0001")
        fill(connection)

    migrating.upgrade(settings_for(tmp_path, database_url))

    with connected(database_url) as connection:
        picture = connection.execute(text("SELECT name, frames, facts, placeholder, colour FROM images")).one()
        thumbnail = connection.execute(text("SELECT bytes, frames FROM thumbnails")).one()
        accepted = connection.scalars(text("SELECT accepts FROM plans")).all()
    assert tuple(picture) == ("cat", 1, None, None, None)
    assert tuple(thumbnail) == (5, 1)
    assert accepted == [None] * 3


def test_pictures_from_before_the_third_schema_are_counted(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        command.downgrade(migrating.alembic_config(connection), "0002")
        fill(connection)
        connection.execute(
            text(
                "INSERT INTO images (id, owner_id, name, format, width, height, bytes, sha256, blob_key, created_at)"
                " VALUES ('j', 77, 'dog', 'PNG', 4, 3, 5, 'x', 'm', 86400000000)"
            )
        )

    migrating.upgrade(settings_for(tmp_path, database_url))

    with connected(database_url) as connection:
        kept = connection.execute(text("SELECT id, pictures FROM users WHERE pictures <> 0")).all()
        days = connection.execute(text("SELECT day, pictures, bytes FROM upload_days ORDER BY day")).all()
    assert [tuple(row) for row in kept] == [(77, 2)]
    assert [tuple(row) for row in days] == [(0, 1, 9), (1, 1, 5)]


def test_pictures_in_the_trash_are_shown_again_by_a_version_that_knows_none(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        fill(connection)
        connection.execute(text("UPDATE images SET trashed_at = 5"))
        command.downgrade(migrating.alembic_config(connection), "0003")
        kept = connection.execute(text("SELECT * FROM images")).mappings().one()

    migrating.upgrade(settings_for(tmp_path, database_url))

    with connected(database_url) as connection:
        again = connection.execute(text("SELECT name, trashed_at FROM images")).one()
    assert kept["name"] == "cat"
    assert "trashed_at" not in kept
    assert tuple(again) == ("cat", None)


def test_pictures_from_before_the_sixth_schema_are_found_by_their_names(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        command.downgrade(migrating.alembic_config(connection), "0005")
        fill(connection)
        connection.execute(text("UPDATE images SET name = 'STRAßE 1.JPG'"))

    migrating.upgrade(settings_for(tmp_path, database_url))

    with connected(database_url) as connection:
        keys = connection.scalars(text("SELECT name_key FROM images")).all()
    assert keys == ["strasse 1.jpg"]


def test_pictures_from_before_the_seventh_schema_have_no_key_and_a_key_is_there_once_for_each_person(
    database_url: str, tmp_path: Path
) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        command.downgrade(migrating.alembic_config(connection), "0006")
        fill(connection)
    another = text(
        "INSERT INTO images"
        " (id, owner_id, name, format, width, height, bytes, sha256, blob_key, created_at, upload_key)"
        " VALUES (:id, 77, 'dog', 'PNG', 4, 3, 5, 'x', :id, 1, :key)"
    )

    migrating.upgrade(settings_for(tmp_path, database_url))

    with connected(database_url) as connection:
        before = connection.scalars(text("SELECT upload_key FROM images")).all()
        connection.execute(another, {"id": "a" * 22, "key": None})
        connection.execute(another, {"id": "b" * 22, "key": "k" * 22})
    with pytest.raises(IntegrityError, match=r"upload_key"), connected(database_url) as connection:
        connection.execute(another, {"id": "c" * 22, "key": "k" * 22})
    assert before == [None]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE images SET frames = 0",
        "UPDATE thumbnails SET frames = 0",
        # 201 bytes, as both databases write them.
        f"UPDATE images SET placeholder = CAST('{'x' * 201}' AS {{bytes}})",
    ],
)
def test_database_takes_no_picture_without_frames_or_with_a_long_placeholder(
    database_url: str, tmp_path: Path, change: str
) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    kind = "BYTEA" if database_url.startswith("postgresql") else "BLOB"
    with connected(database_url) as connection:
        fill(connection)

    refused = pytest.raises(IntegrityError, match=r"ck_(images|thumbnails)_(frames|placeholder)")
    with refused, connected(database_url) as connection:
        connection.execute(text(change.format(bytes=kind)))


def test_upgrade_of_a_full_database_changes_nothing(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        fill(connection)
    before = rows(database_url)

    migrating.upgrade(settings_for(tmp_path, database_url))

    assert rows(database_url) == before
    assert before["thumbnails"] == before["links"] == 1


def test_every_migration_can_be_undone() -> None:
    for script in schema.scripts().walk_revisions():
        assert script.module.downgrade.__code__.co_names, f"{script.revision} has no way back"


@pytest.mark.parametrize("module", ["imageapp.migrating", "imageapp.serve"])
def test_older_program_refuses_a_newer_schema_with_a_sentence(database_url: str, tmp_path: Path, module: str) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))
    with connected(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = rows(database_url)

    status, out, err = run(module, instance=str(tmp_path / "instance"), database_url=database_url, port="0")

    assert status == 1
    assert out == ""
    assert "made by a newer version of imageapp (its schema is '9999')" in err
    assert "restore a backup" in err
    assert "Traceback" not in err
    assert rows(database_url) == before


def test_machines_that_start_together_make_one_schema_and_one_admin(database_url: str, tmp_path: Path) -> None:
    # Each with a data folder of its own, as on machines of their own; SQLite's file is shared by those of one machine.
    separate = database_url.startswith("postgresql")
    folders = [tmp_path / (f"machine{n}" if separate else "machine") for n in range(3)]
    started = [start("imageapp.migrating", instance=str(folder), database_url=database_url) for folder in folders]

    ends = [finished(process) for process in started]

    assert ends == [(0, "default-password\n", "")] * 3
    assert admins(database_url) == ["admin"]
    assert rows(database_url)["plans"] == 3


def test_start_that_is_killed_before_its_end_leaves_nothing_and_the_next_one_works(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "instance"

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_THE_COMMIT, str(folder), database_url],
        cwd=CHECKOUT,
        env=environment(),
        timeout=60,
        check=False,
    )
    left = tables(database_url)
    migrating.upgrade(Settings(instance=folder, database_url=database_url))

    assert killed.returncode == -signal.SIGKILL
    assert left == set()
    assert admins(database_url) == ["admin"]
    assert rows(database_url)["plans"] == 3


def test_rows_that_a_migration_would_orphan_stop_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    migrating.upgrade(settings_for(tmp_path, url))
    with connected(url) as connection:
        connection.execute(text("INSERT INTO signins VALUES ('s', 4711, 1, 1, 'x')"))

    with pytest.raises(migrating.CannotStart, match="1 rows that point to nothing; it was undone"):
        migrating.upgrade(settings_for(tmp_path, url))


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://imageapp@127.0.0.1:9/imageapp"])
def test_database_that_does_not_answer_stops_the_start_with_a_sentence(tmp_path: Path, url: str) -> None:
    status, out, err = run("imageapp.migrating", instance=str(tmp_path / "data"), database_url=url)

    assert (status, out) == (1, "")
    assert err.startswith("The database does not answer: ")
    assert "Traceback" not in err


def test_built_in_plans_are_the_three_of_the_product(database_url: str, tmp_path: Path) -> None:
    migrating.upgrade(settings_for(tmp_path, database_url))

    with engine_of(database_url) as engine, engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT plans.name, shows_original, makes_links, height FROM plans"
                " JOIN plan_sizes ON plan_id = plans.id JOIN sizes ON size_id = sizes.id"
                " WHERE width = 0 ORDER BY plans.name, height"
            )
        ).all()

    assert [(name, bool(original), bool(links), height) for name, original, links, height in found] == [
        ("Basic", False, False, 200),
        ("Enterprise", True, True, 200),
        ("Enterprise", True, True, 400),
        ("Premium", True, False, 200),
        ("Premium", True, False, 400),
    ]
