"""messages that end when another is used"""

import sqlalchemy as sa
from alembic import op

revision = "m11_accounts"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("email_token") as tokens:
        tokens.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("email_token") as tokens:
        tokens.drop_column("ended_at")
