"""tags with colour, description, addresses of before and what became which; boards with a description and a picture"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("tag", sa.Column("colour", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("tag", sa.Column("is_offered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "tag_text",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_text_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "lang", name=op.f("pk_tag_text")),
    )
    op.create_table(
        "tag_address",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_address_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_tag_address")),
    )
    op.create_index("ix_tag_address_tag_id", "tag_address", ["tag_id"])
    op.create_table(
        "merged_tag",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_merged_tag_tag_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["into_id"], ["tag.id"], name=op.f("fk_merged_tag_into_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", name=op.f("pk_merged_tag")),
    )
    op.create_index("ix_merged_tag_into_id", "merged_tag", ["into_id"])
    op.create_table(
        "merged_tag_idea",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("had_both", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["merged_tag.tag_id"], name=op.f("fk_merged_tag_idea_tag_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_merged_tag_idea_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "idea_id", name=op.f("pk_merged_tag_idea")),
    )
    op.create_index("ix_merged_tag_idea_idea_id", "merged_tag_idea", ["idea_id"])

    op.create_table(
        "board_text",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_text_board_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "lang", name=op.f("pk_board_text")),
    )
    with op.batch_alter_table("attachment") as batch:
        batch.add_column(sa.Column("board_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_attachment_board_id"), "board", ["board_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_attachment_board_id", "attachment", ["board_id"])
    give_signs_an_address()


def give_signs_an_address() -> None:
    """A tag without a letter, such as ★, was called so in addresses, too: it gets one of letters, as its page needs."""
    tags = sa.table("tag", sa.column("id"), sa.column("slug"), sa.column("name"))
    addresses = sa.table("tag_address", sa.column("slug"), sa.column("tag_id"))
    connection = op.get_bind()
    for id, slug, name in connection.execute(sa.select(tags)).all():
        if not re.fullmatch("[a-z0-9-]+", slug):
            new = "-".join(f"{ord(sign):x}" for sign in name)[:60]
            connection.execute(sa.update(tags).where(tags.c.id == id).values(slug=new))
            connection.execute(sa.insert(addresses).values(slug=slug, tag_id=id))


def downgrade() -> None:
    op.drop_index("ix_attachment_board_id", table_name="attachment")
    with op.batch_alter_table("attachment") as batch:
        batch.drop_constraint(op.f("fk_attachment_board_id"), type_="foreignkey")
        batch.drop_column("board_id")
    for table in ("board_text", "merged_tag_idea", "merged_tag", "tag_address", "tag_text"):
        op.drop_table(table)
    op.drop_column("tag", "is_offered")
    op.drop_column("tag", "colour")
