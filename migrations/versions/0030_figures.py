"""indexes of who wrote and who voted when, for the figures of staff; and when they hear that criticism rises"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

WRITTEN = ["created_at", "author_id", "is_note", "deleted_at", "hidden_at", "imported_key"]


def upgrade() -> None:
    op.create_index("ix_comment_written", "comment", WRITTEN)
    op.drop_index("ix_vote_user", table_name="vote")
    op.create_index("ix_vote_user", "vote", ["user_id", "created_at", "is_counted"])
    op.add_column("staff_mail", sa.Column("criticism", sa.String(length=10), nullable=False, server_default="at_once"))
    hear_as_of_reports()


def hear_as_of_reports() -> None:
    """Who chose when to hear of reports hears of their rise likewise: whoever stopped those wants no alarm of them."""
    op.execute("UPDATE staff_mail SET criticism = reports")


def downgrade() -> None:
    op.drop_column("staff_mail", "criticism")
    op.drop_index("ix_vote_user", table_name="vote")
    op.create_index("ix_vote_user", "vote", ["user_id", "created_at"])
    op.drop_index("ix_comment_written", table_name="comment")
