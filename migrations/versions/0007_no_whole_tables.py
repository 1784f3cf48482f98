"""indexes for what went through whole tables: the lists that staff read, and the people credited for an idea"""

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"

WAITING_ONLY = {
    "sqlite_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL"),
    "postgresql_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL"),
}
PRIVATE_ONLY = {
    "sqlite_where": text("is_private IS 1"),
    "postgresql_where": text("is_private IS true"),
}


def upgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_index("ix_idea_status_id")
        ideas.drop_index("ix_idea_waiting_since")
        ideas.create_index("ix_idea_all_created", ["created_at", "id"])
        ideas.create_index("ix_idea_status", ["status_id", "kind", "hidden_at", "created_at", "id"])
        ideas.create_index("ix_idea_waiting", ["waiting_since", "id", "kind", "hidden_at"], **WAITING_ONLY)
        ideas.create_index("ix_idea_private", ["votes_count", "id", "status_id"], **PRIVATE_ONLY)
    with op.batch_alter_table("user") as users:
        users.create_index("ix_user_created", ["created_at", "id"])
    with op.batch_alter_table("credit") as credits:
        credits.create_index("ix_credit_idea", ["idea_id", "id", "user_id", "role"])


def downgrade() -> None:
    with op.batch_alter_table("credit") as credits:
        credits.drop_index("ix_credit_idea")
    with op.batch_alter_table("user") as users:
        users.drop_index("ix_user_created")
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_index("ix_idea_private")
        ideas.drop_index("ix_idea_waiting")
        ideas.drop_index("ix_idea_status")
        ideas.drop_index("ix_idea_all_created")
        ideas.create_index("ix_idea_waiting_since", ["waiting_since"])
        ideas.create_index("ix_idea_status_id", ["status_id"])
