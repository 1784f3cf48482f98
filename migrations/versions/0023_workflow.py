"""the ways between statuses as rows, a colour for each status, and when an idea may be there"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

# From each kind of status, the kinds that could follow until now.
NEXT = {
    "idea": {
        "open": "under_review planned declined",
        "under_review": "open planned started declined",
        "planned": "under_review started testing shipped declined",
        "started": "planned testing shipped declined",
        "testing": "started shipped declined",
        "shipped": "started testing",
        "declined": "open under_review",
    },
    "issue": {
        "open": "planned started declined",
        "under_review": "planned declined",
        "planned": "open started shipped declined",
        "started": "planned testing shipped declined",
        "testing": "started shipped",
        "shipped": "planned started",
        "declined": "open",
    },
}
STATUS = sa.table("status", sa.column("id"), sa.column("for_kind"), sa.column("kind"))
TRANSITION = sa.table("transition", *map(sa.column, ("from_status_id", "to_status_id", "owes_reason", "tells")))


def upgrade() -> None:
    op.create_table(
        "transition",
        sa.Column("from_status_id", sa.Integer(), nullable=False),
        sa.Column("to_status_id", sa.Integer(), nullable=False),
        sa.Column("owes_reason", sa.Boolean(), nullable=False),
        sa.Column("tells", sa.String(length=10), nullable=False),
        sa.CheckConstraint("tells IN ('everyone', 'followers', 'nobody')", name=op.f("ck_transition_tells")),
        sa.CheckConstraint("from_status_id <> to_status_id", name=op.f("ck_transition_leads_on")),
        sa.ForeignKeyConstraint(
            ["from_status_id"], ["status.id"], name=op.f("fk_transition_from_status_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_status_id"], ["status.id"], name=op.f("fk_transition_to_status_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("from_status_id", "to_status_id", name=op.f("pk_transition")),
    )
    op.create_index("ix_transition_to_status_id", "transition", ["to_status_id"])
    op.add_column("status", sa.Column("colour", sa.String(length=20), nullable=False, server_default="open"))
    op.execute("UPDATE status SET colour = kind WHERE kind <> 'declined'")
    op.add_column("idea", sa.Column("target", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("idea", sa.Column("target_month", sa.Integer(), nullable=True))
    aimed = sa.text("target_month IS NOT NULL")
    op.create_index("ix_idea_target", "idea", ["target_month", "status_id"], sqlite_where=aimed, postgresql_where=aimed)
    statuses = op.get_bind().execute(sa.select(STATUS.c.id, STATUS.c.for_kind, STATUS.c.kind)).all()
    ways = [_way(old, new) for old in statuses for new in statuses if _may_follow(old, new)]
    if ways:
        op.bulk_insert(TRANSITION, ways)


def downgrade() -> None:
    op.drop_index("ix_transition_to_status_id", "transition")
    op.drop_table("transition")
    op.drop_index("ix_idea_target", "idea")
    for table, column in (("status", "colour"), ("idea", "target"), ("idea", "target_month")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _may_follow(old: sa.Row, new: sa.Row) -> bool:
    """What could follow until now; another status of the same kind always could."""
    if old.for_kind != new.for_kind or old.id == new.id:
        return False
    return bool(old.kind == new.kind or new.kind in NEXT[old.for_kind][old.kind].split())


def _way(old: sa.Row, new: sa.Row) -> dict[str, object]:
    """The way as it was: to decline owed a reason, all else owed none, and everybody concerned was told."""
    return {
        "from_status_id": old.id,
        "to_status_id": new.id,
        "owes_reason": new.kind == "declined",
        "tells": "everyone",
    }
