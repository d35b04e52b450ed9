"""Pictures under their names, and in more orders than one.

Revision ID: 0006
Revises: 0005
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHUNK = 10_000
SHOWN = sa.text("trashed_at IS NULL")
OLD = ["owner_id", sa.text("created_at DESC"), sa.text("id DESC")]
INDEXES = {
    "ix_images_shown_by_age": [*OLD, "name_key"],
    "ix_images_shown_by_name": ["owner_id", "name_key", "id"],
    "ix_images_shown_by_bytes": ["owner_id", sa.text("bytes DESC"), sa.text("id DESC"), "name_key"],
}
_NAMES = sa.text("SELECT id, name FROM images WHERE id > :after ORDER BY id LIMIT :most")
_KEY = sa.text("UPDATE images SET name_key = :key WHERE id = :id")


def upgrade() -> None:
    # Written out, for the reason that stands in the second step.
    op.execute("ALTER TABLE images ADD COLUMN name_key VARCHAR(200) DEFAULT '' NOT NULL")
    connection, after = op.get_bind(), ""
    while rows := connection.execute(_NAMES, {"after": after, "most": CHUNK}).all():
        connection.execute(_KEY, [{"id": row.id, "key": _key(row.name)} for row in rows])
        after = rows[-1].id
    for name, columns in INDEXES.items():
        op.create_index(name, "images", columns, sqlite_where=SHOWN, postgresql_where=SHOWN)
    op.drop_index("ix_images_shown", table_name="images")


def _key(name: str) -> str:
    """As the program does it at this revision, whatever it does later."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())[:200]


def downgrade() -> None:
    op.create_index("ix_images_shown", "images", OLD, sqlite_where=SHOWN, postgresql_where=SHOWN)
    for name in INDEXES:
        op.drop_index(name, table_name="images")
    op.drop_column("images", "name_key")
