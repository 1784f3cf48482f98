"""ready phrases of staff, and what customers said elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
    )
    op.create_table(
        "snippet_text",
        sa.Column("snippet_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snippet_id"], ["snippet.id"], name=op.f("fk_snippet_text_snippet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snippet_id", "lang", name=op.f("pk_snippet_text")),
    )
    op.create_table(
        "captured",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(idea_id IS NULL) <> (comment_id IS NULL)", name=op.f("ck_captured_one_text")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_captured_by_id")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_captured_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_captured_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captured")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_captured_comment_id")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_captured_idea_id")),
    )


def downgrade() -> None:
    for table in ("captured", "snippet_text", "snippet"):
        op.drop_table(table)
