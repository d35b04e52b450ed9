"""What a sender called an upload, so that sending it again keeps nothing twice.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEYED = sa.text("upload_key IS NOT NULL")


def upgrade() -> None:
    # Written out, for the reason that stands in the second step.
    op.execute("ALTER TABLE images ADD COLUMN upload_key CHAR(22)")
    op.create_index(
        "ix_images_owner_id_upload_key",
        "images",
        ["owner_id", "upload_key"],
        unique=True,
        sqlite_where=KEYED,
        postgresql_where=KEYED,
    )


def downgrade() -> None:
    op.drop_index("ix_images_owner_id_upload_key", table_name="images")
    op.drop_column("images", "upload_key")
