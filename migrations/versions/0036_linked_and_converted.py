"""which ideas belong together, and what becomes of the other kind"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"


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
        sa.ForeignKeyConstraint(["first_id"], ["idea.id"], name=op.f("fk_idea_link_first_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_id"], ["idea.id"], name=op.f("fk_idea_link_second_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_link")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_idea_link_first_id_second_id")),
    )
    op.create_index("ix_idea_link_second", "idea_link", ["second_id"])
    op.create_table(
        "conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("stood", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("kind IN ('idea', 'issue')", name=op.f("ck_conversion_kind")),
        sa.CheckConstraint(
            "outcome IN ('', 'done', 'refused', 'withdrawn', 'unanswered')", name=op.f("ck_conversion_outcome")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_conversion_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_id"], ["user.id"], name=op.f("fk_conversion_asked_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_conversion_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversion")),
    )
    waiting = sa.text("outcome = ''")
    only = {"sqlite_where": waiting, "postgresql_where": waiting}
    op.create_index("uq_conversion_open", "conversion", ["idea_id"], unique=True, **only)
    op.create_index("ix_conversion_idea", "conversion", ["idea_id", "id"])
    op.create_index("ix_conversion_asked", "conversion", ["asked_id"])


def downgrade() -> None:
    op.drop_table("conversion")
    op.drop_table("idea_link")
