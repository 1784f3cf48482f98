"""messages that end when another is used, and whether people chose their time zone"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("email_token") as tokens:
        tokens.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("user") as users:
        users.add_column(sa.Column("zone_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
        users.add_column(sa.Column("zone_declined", sa.String(length=60), nullable=False, server_default=""))
    # Whoever has another than the zone that everybody began with has chosen it.
    people = sa.table("user", sa.column("timezone", sa.String), sa.column("zone_chosen", sa.Boolean))
    op.execute(people.update().where(people.c.timezone != "Europe/Paris").values(zone_chosen=True))


def downgrade() -> None:
    with op.batch_alter_table("user") as users:
        users.drop_column("zone_declined")
        users.drop_column("zone_chosen")
    with op.batch_alter_table("email_token") as tokens:
        tokens.drop_column("ended_at")
