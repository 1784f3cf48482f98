"""changes of the e-mail address of an account"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("done_at IS NULL AND ended_at IS NULL")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("old_email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("lost_old", sa.Boolean(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("old_confirmed_at", MOMENT, nullable=True),
        sa.Column("new_confirmed_at", MOMENT, nullable=True),
        sa.Column("ready_told_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("carried", JSON, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_address_change_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_address_change_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    with op.batch_alter_table("address_change") as changes:
        changes.create_index("ix_address_change_user_id", ["user_id", "id"])
        changes.create_index("ix_address_change_new_email", ["new_email", "asked_at"])
        changes.create_index("ix_address_change_old_email", ["old_email", "done_at"])
        changes.create_index(
            "ix_address_change_waiting",
            ["user_id"],
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )


def downgrade() -> None:
    op.drop_table("address_change")
