"""Pictures that wait in the trash.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SHOWN = sa.text("trashed_at IS NULL")
TRASHED = sa.text("trashed_at IS NOT NULL")
NEWEST_FIRST = ["owner_id", sa.text("created_at DESC"), sa.text("id DESC")]


def upgrade() -> None:
    # Written out, since Alembic would rebuild all of a table on SQLite, which deletes what points to its rows.
    op.execute("ALTER TABLE images ADD COLUMN trashed_at BIGINT")
    op.create_index("ix_images_shown", "images", NEWEST_FIRST, sqlite_where=SHOWN, postgresql_where=SHOWN)
    op.create_index(
        "ix_images_trashed",
        "images",
        ["owner_id", sa.text("trashed_at DESC"), sa.text("id DESC")],
        sqlite_where=TRASHED,
        postgresql_where=TRASHED,
    )
    op.create_index("ix_images_trashed_at", "images", ["trashed_at"], sqlite_where=TRASHED, postgresql_where=TRASHED)
    op.create_index("ix_images_owner_id_bytes", "images", ["owner_id", "bytes"])
    op.drop_index("ix_images_owner_id_created_at_id", table_name="images")


def downgrade() -> None:
    # What lay in the trash is shown again: an older version knows no trash, and nothing is lost that way.
    op.create_index("ix_images_owner_id_created_at_id", "images", NEWEST_FIRST)
    for name in ("ix_images_owner_id_bytes", "ix_images_trashed_at", "ix_images_trashed", "ix_images_shown"):
        op.drop_index(name, table_name="images")
    op.drop_column("images", "trashed_at")
