"""What is known of a picture besides its size, and which formats a plan takes.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The type of bytes is the one that the two databases name differently.
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}

# Written out, since Alembic adds a column without its check, and would rebuild all of a table on SQLite for it: there
# that deletes what points to the rows, and loses the order of the indexes.
COLUMNS = (
    ("images", "frames", "INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_images_frames CHECK (frames > 0)"),
    ("images", "facts", "JSON"),
    ("images", "placeholder", "{bytes} CONSTRAINT ck_images_placeholder CHECK (length(placeholder) <= 200)"),
    ("images", "colour", "CHAR(7)"),
    ("thumbnails", "frames", "INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_thumbnails_frames CHECK (frames > 0)"),
    ("plans", "accepts", "VARCHAR(100)"),
)


def upgrade() -> None:
    kind = BYTES[op.get_bind().dialect.name]
    for table, column, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition.format(bytes=kind)}")


def downgrade() -> None:
    for table, column, _ in reversed(COLUMNS):
        op.drop_column(table, column)
