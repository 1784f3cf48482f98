"""which ideas wait for others, and which are about the same thing"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "idea_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bond", sa.String(length=10), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bond IN ('blocks', 'theme')", name=op.f("ck_idea_link_bond")),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_idea_link_of_two")),
        sa.CheckConstraint("bond = 'blocks' OR first_id < second_id", name=op.f("ck_idea_link_theme_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["idea.id"], name=op.f("fk_idea_link_first_id_idea"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["second_id"], ["idea.id"], name=op.f("fk_idea_link_second_id_idea"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_link")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_idea_link_first_id_second_id")),
    )
    op.create_index("ix_idea_link_second", "idea_link", ["second_id"])


def downgrade() -> None:
    op.drop_table("idea_link")
