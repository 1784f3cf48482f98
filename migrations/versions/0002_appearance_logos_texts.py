"""how the portal looks to each member, the brand's logos, and the texts that an admin edits"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXTS = ("conduct_en", "conduct_fr", "privacy_en", "privacy_fr")


def upgrade() -> None:
    with op.batch_alter_table("user") as users:
        users.add_column(sa.Column("theme", sa.String(length=5), nullable=False, server_default="auto"))
        users.add_column(sa.Column("motion", sa.String(length=5), nullable=False, server_default="auto"))
    with op.batch_alter_table("settings") as settings:
        settings.add_column(sa.Column("logo_light", sa.String(length=80), nullable=False, server_default=""))
        settings.add_column(sa.Column("logo_dark", sa.String(length=80), nullable=False, server_default=""))
        for name in TEXTS:
            settings.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("settings") as settings:
        for name in (*TEXTS, "logo_light", "logo_dark"):
            settings.drop_column(name)
    with op.batch_alter_table("user") as users:
        users.drop_column("motion")
        users.drop_column("theme")
