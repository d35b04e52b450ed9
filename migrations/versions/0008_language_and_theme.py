"""In which language, and how light, a person wants pages.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out, since Alembic adds a column without its check, and would rebuild all of a table on SQLite for it.
    op.execute(
        "ALTER TABLE users ADD COLUMN language VARCHAR(10)"
        " CONSTRAINT ck_users_language CHECK (language IN ('en', 'pl'))"
    )
    op.execute(
        "ALTER TABLE users ADD COLUMN theme VARCHAR(10) CONSTRAINT ck_users_theme CHECK (theme IN ('light', 'dark'))"
    )


def downgrade() -> None:
    op.drop_column("users", "theme")
    op.drop_column("users", "language")
