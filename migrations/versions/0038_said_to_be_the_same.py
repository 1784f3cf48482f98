"""what members say is the same, merges by authors, and objections that staff have read"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

DISPUTED = sa.text("objected_at IS NOT NULL AND objection_seen_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merge_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_suggestion_in_order")),
        sa.CheckConstraint("outcome IN ('', 'merged', 'dismissed')", name=op.f("ck_suggestion_outcome")),
        sa.ForeignKeyConstraint(["first_id"], ["idea.id"], name=op.f("fk_suggestion_first_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_id"], ["idea.id"], name=op.f("fk_suggestion_second_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["merge_id"], ["merge.id"], name=op.f("fk_suggestion_merge_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_suggestion_first_id_second_id")),
    )
    op.create_index("ix_suggestion_second", "suggestion", ["second_id"])
    op.create_index("ix_suggestion_merge", "suggestion", ["merge_id"])
    waits = sa.text("outcome = ''")
    op.create_index("ix_suggestion_waiting", "suggestion", ["id"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "suggestion_say",
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("says IN ('same', 'other', '')", name=op.f("ck_suggestion_say_says")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_say_suggestion_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_suggestion_say_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("suggestion_id", "user_id", name=op.f("pk_suggestion_say")),
    )
    op.create_index("ix_suggestion_say_user", "suggestion_say", ["user_id"])
    op.add_column("merge", sa.Column("by_author", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("merge", sa.Column("objection_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(  # both engines add a column with its key in place
        "ALTER TABLE merge ADD COLUMN objection_seen_by_id INTEGER "
        'CONSTRAINT fk_merge_objection_seen_by_id REFERENCES "user" (id)'
    )
    # What was objected to before, and merged again since, has been looked at.
    op.execute(
        "UPDATE merge SET objection_seen_at = objected_at WHERE objected_at IS NOT NULL AND EXISTS (SELECT 1 FROM merge"
        " AS later WHERE later.idea_id = merge.idea_id AND later.into_id = merge.into_id AND later.id > merge.id)"
    )
    op.create_index("ix_merge_disputed", "merge", ["objected_at"], sqlite_where=DISPUTED, postgresql_where=DISPUTED)


def downgrade() -> None:
    op.drop_index("ix_merge_disputed", "merge")
    for column in ("objection_seen_by_id", "objection_seen_at", "by_author"):
        op.drop_column("merge", column)
    op.drop_table("suggestion_say")
    op.drop_table("suggestion")
