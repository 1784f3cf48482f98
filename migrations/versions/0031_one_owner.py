"""an answer that is owed falls to whoever has the idea in hand, and has no owner of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

OPEN = {"sqlite_where": sa.text("fulfilled_at IS NULL"), "postgresql_where": sa.text("fulfilled_at IS NULL")}
AT_WORK = (
    "SELECT id FROM \"user\" WHERE role IN ('staff', 'admin')"
    " AND suspended_at IS NULL AND erased_at IS NULL AND email IS NOT NULL"
)


def upgrade() -> None:
    put_in_hand_what_is_owed()
    op.drop_index("ix_obligation_owner", table_name="obligation")
    with op.batch_alter_table("obligation") as obligations:
        obligations.drop_constraint(op.f("fk_obligation_owner_id"), type_="foreignkey")
        obligations.drop_column("owner_id")


def put_in_hand_what_is_owed() -> None:
    """Who owes an answer has its idea in hand, unless somebody who is at work has it already."""
    theirs = f"fulfilled_at IS NULL AND owner_id IN ({AT_WORK})"
    op.execute(
        f"DELETE FROM assignment WHERE user_id NOT IN ({AT_WORK})"
        f" AND idea_id IN (SELECT idea_id FROM obligation WHERE {theirs})"
    )
    op.execute(
        "INSERT INTO assignment (idea_id, user_id, created_at)"
        f" SELECT idea_id, owner_id, arose_at FROM obligation WHERE {theirs}"
        " AND idea_id NOT IN (SELECT idea_id FROM assignment)"
    )


def downgrade() -> None:
    with op.batch_alter_table("obligation") as obligations:
        obligations.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        obligations.create_foreign_key(op.f("fk_obligation_owner_id"), "user", ["owner_id"], ["id"])
    op.execute(
        "UPDATE obligation SET owner_id ="
        " (SELECT user_id FROM assignment WHERE assignment.idea_id = obligation.idea_id)"
        " WHERE fulfilled_at IS NULL"
    )
    op.create_index("ix_obligation_owner", "obligation", ["owner_id"], **OPEN)
