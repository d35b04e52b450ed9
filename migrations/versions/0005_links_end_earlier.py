"""A link may end before the moment that its token names, and is listed by its state.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Which links each index holds, so that a list of one kind reads none of the others.
INDEXES = (("expires_at", "revoked_at IS NULL"), ("revoked_at", "revoked_at IS NOT NULL"))


def upgrade() -> None:
    # Written out, since Alembic adds a column without its check, and would rebuild all of a table on SQLite for it.
    op.execute(
        "ALTER TABLE links ADD COLUMN signed_until BIGINT"
        " CONSTRAINT ck_links_signed_until CHECK (signed_until > expires_at)"
    )
    for column, condition in INDEXES:
        op.create_index(
            f"ix_links_owner_id_{column}_id",
            "links",
            ["owner_id", column, "id"],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    for column, _ in INDEXES:
        op.drop_index(f"ix_links_owner_id_{column}_id", "links")
    op.drop_column("links", "signed_until")
