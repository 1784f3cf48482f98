"""the jobs of staff, and what each of them may do"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Whoever is staff already has all three jobs, as nobody chose any for them."""
    op.add_column("user", sa.Column("chosen_jobs", sa.String(length=60), nullable=True))
    op.add_column("settings", sa.Column("duties", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.execute("ALTER TABLE settings DROP COLUMN duties")
    op.execute('ALTER TABLE "user" DROP COLUMN chosen_jobs')
