"""of which kind an official response is, and its pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

KINDS = "kind IN ('answer', 'question', 'progress', 'mistake', 'decline')"


def upgrade() -> None:
    with op.batch_alter_table("official_response") as responses:
        responses.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="answer"))
        responses.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        responses.create_check_constraint(op.f("ck_official_response_kind"), KINDS)
    op.execute("UPDATE official_response SET said_at = created_at")
    with op.batch_alter_table("official_response") as responses:
        responses.alter_column("said_at", nullable=False)
        responses.drop_index("ix_official_response_created_at")
        responses.create_index("ix_official_response_said_at", ["said_at"])
    with op.batch_alter_table("response_revision") as revisions:
        revisions.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="answer"))
    with op.batch_alter_table("attachment") as attachments:
        attachments.add_column(sa.Column("response_id", sa.Integer(), nullable=True))
        attachments.create_foreign_key(
            op.f("fk_attachment_response_id"), "official_response", ["response_id"], ["id"], ondelete="CASCADE"
        )
        attachments.create_index("ix_attachment_response_id", ["response_id"])


def downgrade() -> None:
    with op.batch_alter_table("attachment") as attachments:
        attachments.drop_index("ix_attachment_response_id")
        attachments.drop_constraint(op.f("fk_attachment_response_id"), type_="foreignkey")
        attachments.drop_column("response_id")
    with op.batch_alter_table("response_revision") as revisions:
        revisions.drop_column("kind")
    with op.batch_alter_table("official_response") as responses:
        responses.drop_constraint(op.f("ck_official_response_kind"), type_="check")
        responses.drop_index("ix_official_response_said_at")
        responses.create_index("ix_official_response_created_at", ["created_at"])
        responses.drop_column("said_at")
        responses.drop_column("kind")
