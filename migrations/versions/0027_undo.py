"""what staff just did, while it can be undone"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("press", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_act_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_act_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    for column in ("press", "by_id", "idea_id", "created_at"):
        op.create_index(op.f(f"ix_act_{column}"), "act", [column])


def downgrade() -> None:
    op.drop_table("act")
