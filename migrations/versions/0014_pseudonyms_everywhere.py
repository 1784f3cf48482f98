"""the address of a profile that is shown under a pseudonym tells no other name"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    people = sa.table("user", sa.column("id"), sa.column("handle"), sa.column("credit_as"), sa.column("pseudonym"))
    shown = sa.select(people.c.id).where(people.c.credit_as == "pseudonym", people.c.pseudonym != "")
    connection = op.get_bind()
    for id in connection.scalars(shown).all():
        handle = f"member-{secrets.token_hex(6)}"
        connection.execute(people.update().where(people.c.id == id).values(handle=handle))


def downgrade() -> None:
    """Nothing: an address that was given up is not brought back."""
