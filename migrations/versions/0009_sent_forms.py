"""forms that were sent, so that each makes what it makes once"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sent_form")),
    )
    with op.batch_alter_table("sent_form") as forms:
        forms.create_index(op.f("ix_sent_form_created_at"), ["created_at"])


def downgrade() -> None:
    op.drop_table("sent_form")
