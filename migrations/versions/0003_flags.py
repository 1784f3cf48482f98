"""reports of texts, what is hidden of releases and profiles, and how many reports hide a text"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("signs", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judgement", sa.String(length=10), nullable=True),
        sa.Column("judged_words", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_flag_author_id")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["user.id"], name=op.f("fk_flag_judged_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_flag_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint(
            "user_id", "subject_type", "subject_id", name=op.f("uq_flag_user_id_subject_type_subject_id")
        ),
    )
    with op.batch_alter_table("flag") as flags:
        flags.create_index(op.f("ix_flag_author_id"), ["author_id"])
        flags.create_index("ix_flag_subject", ["subject_type", "subject_id"])
        flags.create_index(
            "ix_flag_open",
            ["created_at"],
            sqlite_where=sa.text("judged_at IS NULL"),
            postgresql_where=sa.text("judged_at IS NULL"),
        )
    for table in ("user", "release"):
        with op.batch_alter_table(table) as texts:
            texts.add_column(sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
            texts.add_column(sa.Column("hidden_reason", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("user") as users:
        words = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        users.add_column(sa.Column("hidden_words", words, nullable=False, server_default="{}"))
    with op.batch_alter_table("settings") as settings:
        settings.add_column(sa.Column("flags_to_hide", sa.Integer(), nullable=False, server_default="3"))


def downgrade() -> None:
    with op.batch_alter_table("settings") as settings:
        settings.drop_column("flags_to_hide")
    with op.batch_alter_table("user") as users:
        users.drop_column("hidden_words")
    for table in ("release", "user"):
        with op.batch_alter_table(table) as texts:
            texts.drop_column("hidden_reason")
            texts.drop_column("hidden_at")
    op.drop_table("flag")
