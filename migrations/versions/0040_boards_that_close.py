"""boards close on a day for a public reason, are followed, and become another"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

# What was archived is closed since that day: it took no new ideas, and takes none.
DAY = {"sqlite": "date(archived_at)", "postgresql": "(archived_at AT TIME ZONE 'UTC')::date"}
MOMENT = {"sqlite": "closes_on || ' 00:00:00.000000'", "postgresql": "closes_on::timestamp AT TIME ZONE 'UTC'"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column("board", sa.Column("closes_on", sa.Date(), nullable=True))
    op.execute(f"UPDATE board SET closes_on = {DAY[dialect]} WHERE archived_at IS NOT NULL")
    op.drop_column("board", "archived_at")
    op.add_column("board_text", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "board_follow",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("came_from_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_follow_board_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["came_from_id"], ["board.id"], name=op.f("fk_board_follow_came_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_board_follow_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "board_id", name=op.f("pk_board_follow")),
    )
    op.create_index(op.f("ix_board_follow_board_id"), "board_follow", ["board_id"])
    op.create_table(
        "merged_board",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_merged_board_board_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["into_id"], ["board.id"], name=op.f("fk_merged_board_into_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", name=op.f("pk_merged_board")),
    )
    op.create_index(op.f("ix_merged_board_into_id"), "merged_board", ["into_id"])
    op.create_table(
        "merged_board_idea",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["merged_board.board_id"], name=op.f("fk_merged_board_idea_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_merged_board_idea_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("board_id", "idea_id", name=op.f("pk_merged_board_idea")),
    )
    op.create_index(op.f("ix_merged_board_idea_idea_id"), "merged_board_idea", ["idea_id"])


def downgrade() -> None:
    for table in ("merged_board_idea", "merged_board", "board_follow"):
        op.drop_table(table)
    op.drop_column("board_text", "reason")
    op.add_column("board", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE board SET archived_at = {MOMENT[op.get_bind().dialect.name]} WHERE closes_on IS NOT NULL")
    op.drop_column("board", "closes_on")
