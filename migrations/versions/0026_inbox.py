"""who has an idea in hand, what is put off, lists under a name, and whose turn it is"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

MOMENT = sa.DateTime(timezone=True)
MOMENTS = ("quiet_since", "said_at", "unread_since", "asked_since")
LISTS = {
    "ix_idea_quiet": (
        ("quiet_since", "id", "status_id"),
        "quiet_since IS NOT NULL AND here_since IS NOT NULL AND hidden_at IS NULL",
    ),
    "ix_idea_unread": (("unread_since", "id"), "unread_since IS NOT NULL AND hidden_at IS NULL"),
    "ix_idea_asked": (("asked_since", "id"), "asked_since IS NOT NULL AND hidden_at IS NULL"),
}
TEAM = ("staff", "admin")


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _leads_to("assignment", "idea_id", "idea"),
        _leads_to("assignment", "user_id", "user"),
        _leads_to("assignment", "by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_user", "assignment", ["user_id", "idea_id"])
    op.create_table(
        "snooze",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _leads_to("snooze", "idea_id", "idea"),
        _leads_to("snooze", "user_id", "user"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_snooze")),
    )
    op.create_index("ix_snooze_until", "snooze", ["until", "idea_id"])
    op.create_index(op.f("ix_snooze_user_id"), "snooze", ["user_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _leads_to("saved_view", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_user_id"), "saved_view", ["user_id"])
    op.create_index(op.f("ix_saved_view_is_shared"), "saved_view", ["is_shared"])
    op.drop_index("ix_event_actor_id", table_name="event")
    op.create_index("ix_event_actor", "event", ["actor_id", "created_at"])
    op.create_index("ix_user_seen", "user", ["seen_at"])
    op.add_column("staff_mail", sa.Column("assigned", sa.String(length=10), nullable=False, server_default="at_once"))
    for name in MOMENTS:
        op.add_column("idea", sa.Column(name, MOMENT, nullable=True))
    say_whose_turn_it_is()
    for name, (columns, where) in LISTS.items():
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, "idea", list(columns), **only)


def downgrade() -> None:
    for name in LISTS:
        op.drop_index(name, table_name="idea")
    for name in MOMENTS:
        op.execute(f"ALTER TABLE idea DROP COLUMN {name}")
    op.drop_index("ix_user_seen", table_name="user")
    op.drop_index("ix_event_actor", table_name="event")
    op.create_index("ix_event_actor_id", "event", ["actor_id"])
    op.execute("ALTER TABLE staff_mail DROP COLUMN assigned")
    for table in ("saved_view", "snooze", "assignment"):
        op.drop_table(table)


def _leads_to(table: str, column: str, other: str, then: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=then)


def say_whose_turn_it_is() -> None:
    """What stands on each idea already: when somebody said or did something, and who had the last word."""
    idea = sa.table(
        "idea",
        sa.column("id"),
        *(sa.column(name, MOMENT) for name in ("created_at", "edited_at", "status_since", *MOMENTS)),
    )
    latest = {id: max(filter(None, moments)) for id, *moments in _read(sa.select(*list(idea.c)[:4]))}
    done = dict(_done_by_the_team())
    found: dict[int, dict[str, datetime | None]] = {id: dict.fromkeys(MOMENTS) for id in latest}
    for id, at, is_the_teams, asks in _words():
        if id not in found:
            continue
        latest[id], about = max(latest[id], at), found[id]
        if is_the_teams:
            about |= {"unread_since": None, "asked_since": at if asks else None}
        else:
            about |= {"said_at": at, "asked_since": None}
            if id not in done or at > done[id]:
                about["unread_since"] = about["unread_since"] or at
    changed = [
        {"of": id, **about, "quiet_since": max(latest[id], done.get(id, latest[id]))} for id, about in found.items()
    ]
    if changed:
        write = sa.update(idea).where(idea.c.id == sa.bindparam("of"))
        write = write.values({name: sa.bindparam(name, type_=MOMENT) for name in MOMENTS})
        op.get_bind().execute(write, changed)


def _read(statement: Any) -> Iterator[Any]:
    yield from op.get_bind().execute(statement)


def _done_by_the_team() -> Iterator[tuple[int, datetime]]:
    """When the team last did something with an idea itself."""
    event = sa.table(
        "event", *map(sa.column, ("actor_id", "subject_type", "subject_id")), sa.column("created_at", MOMENT)
    )
    user = sa.table("user", sa.column("id"), sa.column("role"))
    acts = sa.select(event.c.subject_id, sa.func.max(event.c.created_at, type_=MOMENT))
    acts = acts.join(user, user.c.id == event.c.actor_id).where(event.c.subject_type == "idea", user.c.role.in_(TEAM))
    yield from _read(acts.group_by(event.c.subject_id))


def _words() -> Iterator[tuple[int, datetime, bool, bool]]:
    """What was said on ideas in public, oldest first: when, whether by the team, and whether it asks something."""
    comment = sa.table(
        "comment",
        *map(sa.column, ("idea_id", "is_official", "is_note", "body")),
        *(sa.column(name, MOMENT) for name in ("created_at", "hidden_at", "deleted_at")),
    )
    response = sa.table("official_response", sa.column("idea_id"), sa.column("body"), sa.column("created_at", MOMENT))
    stands = comment.c.hidden_at.is_(None), comment.c.deleted_at.is_(None), comment.c.is_note.is_(sa.false())
    said = sa.select(
        comment.c.idea_id, comment.c.created_at, comment.c.is_official, comment.c.body.like("%?%").label("asks")
    ).where(*stands)
    answered = sa.select(
        response.c.idea_id, response.c.created_at, sa.true().label("is_official"), response.c.body.like("%?%")
    )
    both = sa.union_all(said, answered).subquery()
    for id, at, is_the_teams, asks in _read(sa.select(both).order_by(both.c.idea_id, both.c.created_at)):
        yield id, at, bool(is_the_teams), bool(asks)
