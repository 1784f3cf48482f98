"""indexes of what waits in other orders, and of what the counts of the inbox and a person's line ask"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

WAITS = "waiting_since IS NOT NULL AND hidden_at IS NULL"
UNREAD = "unread_since IS NOT NULL AND hidden_at IS NULL"
ASKED = "asked_since IS NOT NULL AND hidden_at IS NULL"
PRIVATE: dict[str, Any] = {
    "sqlite_where": sa.text("is_private IS 1"),
    "postgresql_where": sa.text("is_private IS true"),
}
WEIGHT = ["critical_count", "important_count", "votes_count", "id", "kind"]
PRIVATE_BEFORE = ["votes_count", "id", "status_id"]


def upgrade() -> None:
    op.create_index("ix_idea_waiting_votes", "idea", ["votes_count", "id", "kind"], **_where(WAITS))
    op.create_index("ix_idea_waiting_weight", "idea", WEIGHT, **_where(WAITS))
    op.create_index("ix_idea_hidden", "idea", ["hidden_at", "id"], **_where("hidden_at IS NOT NULL"))
    _anew("ix_idea_unread", "idea", ["unread_since", "id", "said_at"], **_where(UNREAD))
    _anew("ix_idea_asked", "idea", ["asked_since", "id", "status_id"], **_where(ASKED))
    _anew("ix_idea_private", "idea", [*PRIVATE_BEFORE, "here_since", "hidden_at"], **PRIVATE)
    _anew("ix_idea_author_id", "idea", ["author_id", "kind", "status_id"])
    _anew("ix_comment_author_id", "comment", ["author_id", "is_note", "deleted_at"])


def downgrade() -> None:
    _anew("ix_comment_author_id", "comment", ["author_id"])
    _anew("ix_idea_author_id", "idea", ["author_id"])
    _anew("ix_idea_private", "idea", PRIVATE_BEFORE, **PRIVATE)
    _anew("ix_idea_asked", "idea", ["asked_since", "id"], **_where(ASKED))
    _anew("ix_idea_unread", "idea", ["unread_since", "id"], **_where(UNREAD))
    for name in ("ix_idea_hidden", "ix_idea_waiting_weight", "ix_idea_waiting_votes"):
        op.drop_index(name, table_name="idea")


def _anew(name: str, table: str, columns: list[str], **where: Any) -> None:
    op.drop_index(name, table_name=table)
    op.create_index(name, table, columns, **where)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
