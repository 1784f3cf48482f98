"""words that are taken out of earlier versions, and comments that their authors deleted"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

VERSIONS = ("revision", "comment_revision", "response_revision")


def upgrade() -> None:
    for table in VERSIONS:
        with op.batch_alter_table(table) as versions:
            versions.add_column(sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True))
            versions.add_column(sa.Column("blanked_by_staff", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("comment") as comments:
        comments.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    # Words that stand in no idea any more were kept here with a count of nothing.
    op.execute("DELETE FROM stem WHERE ideas_count <= 0")


def downgrade() -> None:
    # What was taken out is gone: such versions and comments stay, without words.
    with op.batch_alter_table("comment") as comments:
        comments.drop_column("deleted_at")
    for table in VERSIONS:
        with op.batch_alter_table(table) as versions:
            versions.drop_column("blanked_by_staff")
            versions.drop_column("blanked_at")
