"""what staff just did may be about a comment, a release or a person, and not only about an idea"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    make_anew(
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
    )


def make_anew(*about: sa.schema.SchemaItem) -> None:
    """What is kept there can be undone for seconds: it ends with the old version, and is told as it was done."""
    op.drop_table("act")
    op.create_table(
        "act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("press", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        *about,
        sa.Column("kept", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_act_by_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    for column in ("press", "by_id", "created_at"):
        op.create_index(op.f(f"ix_act_{column}"), "act", [column])


def downgrade() -> None:
    make_anew(
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_act_idea_id"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_act_idea_id"), "act", ["idea_id"])
