"""The indexes of the table of ideas: one for each list that the portal shows of it."""

from typing import Any

from sqlalchemy import Index, text

# The orders of the board, each with all that it can be narrowed to, and what counts it: over what everybody may see.
# No index of a board alone: SQLite would take it, and sort the whole board for one page.
NARROWED = ("status_id", "kind", "board_id")
LISTED = {
    "ix_idea_heat": ("heat", "id", *NARROWED),
    "ix_idea_votes": ("votes_count", "id", *NARROWED),
    "ix_idea_created": ("created_at", "id", *NARROWED),
    "ix_idea_listed": NARROWED,
}
PUBLIC_ONLY: dict[str, Any] = {
    "sqlite_where": text("hidden_at IS NULL AND is_private IS 0 AND survivor_id IS NULL"),
    "postgresql_where": text("hidden_at IS NULL AND is_private IS false AND survivor_id IS NULL"),
}
WAITING_ONLY: dict[str, Any] = {
    "sqlite_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL AND survivor_id IS NULL"),
    "postgresql_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL AND survivor_id IS NULL"),
}
ISSUES_ONLY: dict[str, Any] = {
    "sqlite_where": text("kind = 'issue' AND hidden_at IS NULL AND survivor_id IS NULL"),
    "postgresql_where": text("kind = 'issue' AND hidden_at IS NULL AND survivor_id IS NULL"),
}
PRIVATE_ONLY: dict[str, Any] = {
    "sqlite_where": text("is_private IS 1"),
    "postgresql_where": text("is_private IS true"),
}


STANDS = "hidden_at IS NULL AND survivor_id IS NULL"
QUIET = f"quiet_since IS NOT NULL AND here_since IS NOT NULL AND {STANDS}"


def _where(condition: str) -> dict[str, Any]:
    """The words of a partial index, which both engines read."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


INDEXES = (
    *(Index(name, *columns, **PUBLIC_ONLY) for name, columns in LISTED.items()),
    Index("ix_idea_all_created", "created_at", "id"),
    Index("ix_idea_title", "title"),
    Index("ix_idea_author_id", "author_id", "kind", "status_id"),
    Index("ix_idea_status", "status_id", "kind", "hidden_at", "created_at", "id"),
    Index("ix_idea_waiting", "waiting_since", "id", "kind", "hidden_at", **WAITING_ONLY),
    # What waits, in the other orders of the inbox.
    Index("ix_idea_waiting_votes", "votes_count", "id", "kind", **WAITING_ONLY),
    Index("ix_idea_waiting_weight", "critical_count", "important_count", "votes_count", "id", "kind", **WAITING_ONLY),
    Index("ix_idea_hidden", "hidden_at", "id", **_where("hidden_at IS NOT NULL")),
    Index("ix_idea_to_confirm", "status_id", "here_since", "id", **ISSUES_ONLY),
    Index("ix_idea_target", "target_month", "status_id", **_where("target_month IS NOT NULL")),
    Index("ix_idea_private", "votes_count", "id", "status_id", "here_since", "hidden_at", **PRIVATE_ONLY),
    Index("ix_idea_survivor", "survivor_id", "id", **_where("survivor_id IS NOT NULL")),
    Index("ix_idea_quiet", "quiet_since", "id", "status_id", **_where(QUIET)),
    Index("ix_idea_unread", "unread_since", "id", "said_at", **_where(f"unread_since IS NOT NULL AND {STANDS}")),
    Index("ix_idea_asked", "asked_since", "id", "status_id", **_where(f"asked_since IS NOT NULL AND {STANDS}")),
)
