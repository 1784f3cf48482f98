"""what boards ask for when somebody proposes, and what ideas say to it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "board_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("for_staff", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("type IN ('text', 'choice', 'number', 'version')", name=op.f("ck_board_field_type")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_field_board_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_field")),
        sa.UniqueConstraint("board_id", "slug", name=op.f("uq_board_field_board_id_slug")),
    )
    op.create_table(
        "board_field_text",
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_id"], ["board_field.id"], name=op.f("fk_board_field_text_field_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("field_id", "lang", name=op.f("pk_board_field_text")),
    )
    op.create_table(
        "field_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["field_id"], ["board_field.id"], name=op.f("fk_field_choice_field_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_choice")),
    )
    op.create_index(op.f("ix_field_choice_field_id"), "field_choice", ["field_id"])
    op.create_table(
        "field_choice_name",
        sa.Column("choice_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["field_choice.id"], name=op.f("fk_field_choice_name_choice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("choice_id", "lang", name=op.f("pk_field_choice_name")),
    )
    op.create_table(
        "idea_value",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("ordered", sa.String(length=50), nullable=True),
        sa.Column("choice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["choice_id"], ["field_choice.id"], name=op.f("fk_idea_value_choice_id")),
        sa.ForeignKeyConstraint(
            ["field_id"], ["board_field.id"], name=op.f("fk_idea_value_field_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_value_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", "field_id", name=op.f("pk_idea_value")),
    )
    op.create_index(op.f("ix_idea_value_choice_id"), "idea_value", ["choice_id"])
    op.create_index("ix_idea_value_choice", "idea_value", ["field_id", "choice_id", "idea_id"])
    op.create_index("ix_idea_value_ordered", "idea_value", ["field_id", "ordered", "idea_id"])
    op.add_column("revision", sa.Column("fields", JSON, server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("revision", "fields")
    for table in ("idea_value", "field_choice_name", "field_choice", "board_field_text", "board_field"):
        op.drop_table(table)
