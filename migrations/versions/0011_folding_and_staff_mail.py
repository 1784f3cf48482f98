"""mails about one idea that are told as one, and what each of staff wants to hear of"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"

TOPICS = ("reports", "blocking_issues", "serious_issues", "other_issues", "new_ideas", "waiting")
THREADS_ONLY = {
    "sqlite_where": text("thread IS NOT NULL"),
    "postgresql_where": text("thread IS NOT NULL"),
}


def upgrade() -> None:
    with op.batch_alter_table("delivery") as deliveries:
        deliveries.add_column(sa.Column("thread", sa.String(length=40), nullable=True))
        deliveries.add_column(sa.Column("folded_into", sa.Integer(), nullable=True))
        deliveries.create_foreign_key(op.f("fk_delivery_folded_into"), "delivery", ["folded_into"], ["id"])
        deliveries.create_index("ix_delivery_folded_into", ["folded_into"])
        deliveries.create_index("ix_delivery_thread", ["recipient", "thread"], **THREADS_ONLY)
    op.create_table(
        "staff_mail",
        sa.Column("user_id", sa.Integer(), nullable=False),
        *(sa.Column(topic, sa.String(length=10), nullable=False) for topic in TOPICS),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_staff_mail_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_staff_mail")),
    )
    op.create_table(
        "staff_mail_board",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_mail.user_id"], name=op.f("fk_staff_mail_board_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_staff_mail_board_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "board_id", name=op.f("pk_staff_mail_board")),
    )


def downgrade() -> None:
    op.drop_table("staff_mail_board")
    op.drop_table("staff_mail")
    with op.batch_alter_table("delivery") as deliveries:
        deliveries.drop_index("ix_delivery_thread")
        deliveries.drop_index("ix_delivery_folded_into")
        deliveries.drop_constraint(op.f("fk_delivery_folded_into"), type_="foreignkey")
        deliveries.drop_column("folded_into")
        deliveries.drop_column("thread")
