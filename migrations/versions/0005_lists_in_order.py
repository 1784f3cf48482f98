"""the orders of the board as indexes over what everybody may see, and the moment of a response, so that no page sorts it all"""

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"

NARROWED = ["status_id", "kind", "board_id"]
ORDERS = {"ix_idea_heat": "heat", "ix_idea_votes": "votes_count", "ix_idea_created": "created_at"}
PUBLIC_ONLY = {
    "sqlite_where": text("hidden_at IS NULL AND is_private IS 0"),
    "postgresql_where": text("hidden_at IS NULL AND is_private IS false"),
}


def upgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_index("ix_idea_board_id")
        ideas.drop_index("ix_idea_listed")
        ideas.create_index("ix_idea_listed", NARROWED, **PUBLIC_ONLY)
        for name, column in ORDERS.items():
            ideas.drop_index(name)
            ideas.create_index(name, [column, "id", *NARROWED], **PUBLIC_ONLY)
    with op.batch_alter_table("official_response") as responses:
        responses.create_index("ix_official_response_created_at", ["created_at"])


def downgrade() -> None:
    with op.batch_alter_table("official_response") as responses:
        responses.drop_index("ix_official_response_created_at")
    with op.batch_alter_table("idea") as ideas:
        for name, column in ORDERS.items():
            ideas.drop_index(name)
            ideas.create_index(name, [column, "id"])
        ideas.drop_index("ix_idea_listed")
        ideas.create_index("ix_idea_listed", ["hidden_at", "is_private", *NARROWED])
        ideas.create_index("ix_idea_board_id", ["board_id"])
