"""comments that became ideas of their own, and whether their writers were asked"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_table(
        "split",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("proposed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('idea', 'issue')", name=op.f("ck_split_kind")),
        sa.CheckConstraint(
            "outcome IN ('', 'done', 'refused', 'withdrawn', 'unanswered')", name=op.f("ck_split_outcome")
        ),
        sa.CheckConstraint("(outcome = 'done') = (idea_id IS NOT NULL)", name=op.f("ck_split_became")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_split_comment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_split_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_id"], ["user.id"], name=op.f("fk_split_asked_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_split_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split")),
    )
    waiting, done = sa.text("outcome = ''"), sa.text("outcome = 'done'")
    only = {"sqlite_where": waiting, "postgresql_where": waiting}
    once = {"sqlite_where": done, "postgresql_where": done}
    op.create_index("uq_split_open", "split", ["comment_id"], unique=True, **only)
    op.create_index("uq_split_done", "split", ["comment_id"], unique=True, **once)
    op.create_index("ix_split_comment", "split", ["comment_id", "id"])
    op.create_index("uq_split_idea", "split", ["idea_id"], unique=True)
    op.create_index("ix_split_asked", "split", ["asked_id"])


def downgrade() -> None:
    op.drop_table("split")
