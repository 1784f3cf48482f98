"""the days that the brand promises, the answers that it owes, and who gives them on each board"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

MOMENT = sa.DateTime(timezone=True)
BOARD = {"owner_id": "user", "support_id": "user"}


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    with op.batch_alter_table("board") as boards:
        for name in ("answer_threshold", "answer_days", *BOARD):
            boards.add_column(sa.Column(name, sa.Integer(), nullable=True))
        for name, table in BOARD.items():
            boards.create_foreign_key(op.f(f"fk_board_{name}"), table, [name], ["id"])
    with op.batch_alter_table("settings") as settings:
        settings.add_column(sa.Column("support_id", sa.Integer(), nullable=True))
        for name in ("promises_public", "promises_rate_public"):
            settings.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        settings.create_foreign_key(op.f("fk_settings_support_id"), "user", ["support_id"], ["id"])
    _make_promise()
    _make_promise_day()
    _make_obligation()


def downgrade() -> None:
    for table in ("obligation", "promise_day", "promise"):
        op.drop_table(table)
    with op.batch_alter_table("settings") as settings:
        settings.drop_constraint(op.f("fk_settings_support_id"), type_="foreignkey")
        for name in ("support_id", "promises_public", "promises_rate_public"):
            settings.drop_column(name)
    with op.batch_alter_table("board") as boards:
        for name in BOARD:
            boards.drop_constraint(op.f(f"fk_board_{name}"), type_="foreignkey")
        for name in ("answer_threshold", "answer_days", *BOARD):
            boards.drop_column(name)


def _key(table: str, name: str, to: str, **how: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"), **how)


def _make_promise() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_by_status", sa.Boolean(), nullable=False),
        sa.Column("soon_told_of", sa.Date(), nullable=True),
        sa.Column("overdue_told_of", sa.Date(), nullable=True),
        sa.CheckConstraint("outcome IN ('', 'kept', 'taken_back')", name=op.f("ck_promise_outcome")),
        _key("promise", "idea_id", "idea", ondelete="CASCADE"),
        _key("promise", "owner_id", "user"),
        _key("promise", "made_by_id", "user"),
        _key("promise", "settled_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_idea_id"), "promise", ["idea_id"])
    op.create_index(op.f("ix_promise_owner_id"), "promise", ["owner_id"])
    op.create_index("uq_promise_open", "promise", ["idea_id"], unique=True, **_where("settled_at IS NULL"))
    op.create_index("ix_promise_day", "promise", ["day", "id"], **_where("settled_at IS NULL"))
    op.create_index("ix_promise_settled", "promise", ["settled_at", "id"])


def _make_promise_day() -> None:
    op.create_table(
        "promise_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promise_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _key("promise_day", "promise_id", "promise", ondelete="CASCADE"),
        _key("promise_day", "by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_day")),
    )
    op.create_index(op.f("ix_promise_day_promise_id"), "promise_day", ["promise_id"])


def _make_obligation() -> None:
    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("arose_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("remind_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("handed_over_at", MOMENT, nullable=True),
        sa.Column("fulfilled_at", MOMENT, nullable=True),
        sa.CheckConstraint("why IN ('support', 'late')", name=op.f("ck_obligation_why")),
        _key("obligation", "idea_id", "idea", ondelete="CASCADE"),
        _key("obligation", "owner_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
    )
    op.create_index(op.f("ix_obligation_idea_id"), "obligation", ["idea_id"])
    still = _where("fulfilled_at IS NULL")
    op.create_index("uq_obligation_open", "obligation", ["idea_id"], unique=True, **still)
    op.create_index("uq_obligation_support", "obligation", ["idea_id"], unique=True, **_where("why = 'support'"))
    op.create_index("ix_obligation_due", "obligation", ["due_at", "id"], **still)
    op.create_index("ix_obligation_owner", "obligation", ["owner_id"], **still)
