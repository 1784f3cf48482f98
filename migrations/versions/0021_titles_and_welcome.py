"""ideas by their very title, and the brand's own words at the head of the board"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"

WELCOMES = ("welcome_en", "welcome_fr")


def upgrade() -> None:
    op.create_index("ix_idea_title", "idea", ["title"])
    with op.batch_alter_table("settings") as settings:
        for name in WELCOMES:
            settings.add_column(sa.Column(name, sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("settings") as settings:
        for name in WELCOMES:
            settings.drop_column(name)
    op.drop_index("ix_idea_title", "idea")
