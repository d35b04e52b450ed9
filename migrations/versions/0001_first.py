"""The first schema, and the built-in plans.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Name, whether originals are shown, whether expiring links are made, heights of the thumbnails.
BUILT_IN = (
    ("Basic", False, False, (200,)),
    ("Premium", True, False, (200, 400)),
    ("Enterprise", True, True, (200, 400)),
)


def upgrade() -> None:
    create_tables()
    make_plans()


def create_tables() -> None:
    # `op.f` says that a name is whole: to a check's name the naming convention would put its beginning once more.
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("name_key", sa.String(length=150), nullable=False),
        sa.Column("shows_original", sa.Boolean(), nullable=False),
        sa.Column("makes_links", sa.Boolean(), nullable=False),
        sa.Column("quota_bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quota_bytes >= 0", name=op.f("ck_plans_quota")),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("name_key", name="uq_plans_name_key"),
    )
    op.create_table(
        "sizes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("height BETWEEN 0 AND 10000", name=op.f("ck_sizes_height")),
        sa.CheckConstraint("width + height > 0", name=op.f("ck_sizes_some_side")),
        sa.CheckConstraint("width BETWEEN 0 AND 10000", name=op.f("ck_sizes_width")),
        sa.PrimaryKeyConstraint("id", name="pk_sizes"),
        sa.UniqueConstraint("width", "height", name="uq_sizes_width_height"),
    )
    op.create_table(
        "tries",
        sa.Column("bucket", sa.String(length=200), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "slot", name="pk_tries"),
    )
    op.create_index("ix_tries_slot", "tries", ["slot"], unique=False)
    op.create_table(
        "plan_sizes",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("size_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_sizes_plan_id_plans", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["size_id"], ["sizes.id"], name="fk_plan_sizes_size_id_sizes", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("plan_id", "size_id", name="pk_plan_sizes"),
    )
    op.create_index("ix_plan_sizes_size_id", "plan_sizes", ["size_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("username_key", sa.String(length=1200), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used_bytes >= 0", name=op.f("ck_users_used")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_users_plan_id_plans", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username_key", name="uq_users_username_key"),
    )
    op.create_index("ix_users_plan_id", "users", ["plan_id"], unique=False)
    op.create_table(
        "images",
        sa.Column("id", sa.CHAR(length=22), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("blob_key", sa.CHAR(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_images_bytes")),
        sa.CheckConstraint("height > 0", name=op.f("ck_images_height")),
        sa.CheckConstraint("width > 0", name=op.f("ck_images_width")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_images_owner_id_users", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sa.UniqueConstraint("blob_key", name="uq_images_blob_key"),
    )
    op.create_index("ix_images_created_at_id", "images", [sa.text("created_at DESC"), sa.text("id DESC")], unique=False)
    op.create_index(
        "ix_images_owner_id_created_at_id",
        "images",
        ["owner_id", sa.text("created_at DESC"), sa.text("id DESC")],
        unique=False,
    )
    op.create_table(
        "signins",
        sa.Column("id", sa.CHAR(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_signins_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_signins"),
    )
    op.create_index("ix_signins_seen_at", "signins", ["seen_at"], unique=False)
    op.create_index("ix_signins_user_id", "signins", ["user_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("id", sa.CHAR(length=22), nullable=False),
        sa.Column("image_id", sa.CHAR(length=22), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_links_lasts")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_links_image_id_images", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_links_owner_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_expires_at", "links", ["expires_at"], unique=False)
    op.create_index("ix_links_image_id", "links", ["image_id"], unique=False)
    op.create_index(
        "ix_links_owner_id_created_at_id",
        "links",
        ["owner_id", sa.text("created_at DESC"), sa.text("id DESC")],
        unique=False,
    )
    op.create_table(
        "thumbnails",
        sa.Column("image_id", sa.CHAR(length=22), nullable=False),
        sa.Column("size_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("blob_key", sa.CHAR(length=32), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_thumbnails_image_id_images", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["size_id"], ["sizes.id"], name="fk_thumbnails_size_id_sizes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("image_id", "size_id", name="pk_thumbnails"),
        sa.UniqueConstraint("blob_key", name="uq_thumbnails_blob_key"),
    )
    op.create_index("ix_thumbnails_size_id", "thumbnails", ["size_id"], unique=False)


def make_plans() -> None:
    boolean, integer, text = sa.Boolean(), sa.Integer(), sa.String()
    plans = sa.table(
        "plans",
        *(
            sa.column(name, kind)
            for name, kind in (
                ("id", integer),
                ("name", text),
                ("name_key", text),
                ("shows_original", boolean),
                ("makes_links", boolean),
            )
        ),
    )
    sizes = sa.table("sizes", *(sa.column(name, integer) for name in ("id", "width", "height")))
    plan_sizes = sa.table("plan_sizes", sa.column("plan_id", integer), sa.column("size_id", integer))

    # No id is given: on PostgreSQL that would leave the sequence behind, and the first plan that an admin adds would
    # collide.
    connection = op.get_bind()
    size_ids = {}
    for height in (200, 400):
        row = sa.insert(sizes).values(width=0, height=height).returning(sizes.c.id)
        size_ids[height] = connection.execute(row).scalar_one()
    for name, shows_original, makes_links, heights in BUILT_IN:
        row = sa.insert(plans).values(
            name=name, name_key=name.casefold(), shows_original=shows_original, makes_links=makes_links
        )
        plan_id = connection.execute(row.returning(plans.c.id)).scalar_one()
        for height in heights:
            connection.execute(sa.insert(plan_sizes).values(plan_id=plan_id, size_id=size_ids[height]))


def downgrade() -> None:
    op.drop_index("ix_thumbnails_size_id", table_name="thumbnails")
    op.drop_table("thumbnails")
    op.drop_index("ix_links_owner_id_created_at_id", table_name="links")
    op.drop_index("ix_links_image_id", table_name="links")
    op.drop_index("ix_links_expires_at", table_name="links")
    op.drop_table("links")
    op.drop_index("ix_signins_user_id", table_name="signins")
    op.drop_index("ix_signins_seen_at", table_name="signins")
    op.drop_table("signins")
    op.drop_index("ix_images_owner_id_created_at_id", table_name="images")
    op.drop_index("ix_images_created_at_id", table_name="images")
    op.drop_table("images")
    op.drop_index("ix_users_plan_id", table_name="users")
    op.drop_table("users")
    op.drop_index("ix_plan_sizes_size_id", table_name="plan_sizes")
    op.drop_table("plan_sizes")
    op.drop_index("ix_tries_slot", table_name="tries")
    op.drop_table("tries")
    op.drop_table("sizes")
    op.drop_table("plans")
