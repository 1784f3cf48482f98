"""families of ideas: in which one an idea lives, each merge with its reason, and how long its author may object"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

NARROWED = ["status_id", "kind", "board_id"]
LISTED = {
    "ix_idea_heat": ["heat", "id", *NARROWED],
    "ix_idea_votes": ["votes_count", "id", *NARROWED],
    "ix_idea_created": ["created_at", "id", *NARROWED],
    "ix_idea_listed": NARROWED,
}
WAITING = {
    "ix_idea_waiting": (["waiting_since", "id", "kind", "hidden_at"], "waiting_since IS NOT NULL"),
    "ix_idea_waiting_votes": (["votes_count", "id", "kind"], "waiting_since IS NOT NULL"),
    "ix_idea_waiting_weight": (
        ["critical_count", "important_count", "votes_count", "id", "kind"],
        "waiting_since IS NOT NULL",
    ),
    "ix_idea_to_confirm": (["status_id", "here_since", "id"], "kind = 'issue'"),
    "ix_idea_quiet": (["quiet_since", "id", "status_id"], "quiet_since IS NOT NULL AND here_since IS NOT NULL"),
    "ix_idea_unread": (["unread_since", "id", "said_at"], "unread_since IS NOT NULL"),
    "ix_idea_asked": (["asked_since", "id", "status_id"], "asked_since IS NOT NULL"),
}

MOMENT = sa.DateTime(timezone=True)


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    # Both engines add a column with its key in place; Alembic would have SQLite write the whole table anew.
    op.execute("ALTER TABLE idea ADD COLUMN survivor_id INTEGER CONSTRAINT fk_idea_survivor_id REFERENCES idea (id)")
    op.add_column("idea", sa.Column("merged_count", sa.Integer(), nullable=False, server_default="0"))
    _index_what_stands("hidden_at IS NULL AND survivor_id IS NULL")
    op.create_index("ix_idea_survivor", "idea", ["survivor_id", "id"], **_where("survivor_id IS NOT NULL"))
    op.add_column("settings", sa.Column("objection_days", sa.Integer(), nullable=False, server_default="7"))
    _make_merge()


def downgrade() -> None:
    op.drop_table("merge")
    op.drop_column("settings", "objection_days")
    _index_what_stands("hidden_at IS NULL")
    op.drop_index("ix_idea_survivor", table_name="idea")
    op.drop_column("idea", "merged_count")
    op.drop_column("idea", "survivor_id")


def _index_what_stands(seen: str) -> None:
    """The lists show what lives in no other idea: their indexes hold nothing else, so that they alone answer."""
    public = sa.text(f"{seen} AND is_private IS 0"), sa.text(f"{seen} AND is_private IS false")
    for name, columns in LISTED.items():
        op.drop_index(name, table_name="idea")
        op.create_index(name, "idea", columns, sqlite_where=public[0], postgresql_where=public[1])
    for name, (columns, condition) in WAITING.items():
        op.drop_index(name, table_name="idea")
        op.create_index(name, "idea", columns, **_where(f"{condition} AND {seen}"))


def _leads_to(column: str, table: str, **how: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_merge_{column}"), **how)


def _make_merge() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("one_answer", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("object_until", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("objected_at", MOMENT, nullable=True),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        _leads_to("idea_id", "idea", ondelete="CASCADE"),
        _leads_to("into_id", "idea", ondelete="CASCADE"),
        _leads_to("by_id", "user"),
        _leads_to("undone_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index("uq_merge_open", "merge", ["idea_id"], unique=True, **_where("undone_at IS NULL"))
    op.create_index("ix_merge_idea", "merge", ["idea_id", "id"])
    op.create_index("ix_merge_into", "merge", ["into_id", "id"])
    op.create_index(
        "ix_merge_unsettled", "merge", ["object_until", "id"],
        **_where("settled_at IS NULL AND undone_at IS NULL"),
    )  # fmt: skip
