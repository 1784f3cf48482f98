"""an index that answers how many ideas the board lists, whatever it is narrowed to, without reading their texts"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        ideas.create_index("ix_idea_listed", ["hidden_at", "is_private", "status_id", "kind", "board_id"])


def downgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_index("ix_idea_listed")
