"""each import is a row of its own, with its reader, who began it, what came of it and whether it was undone"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("import_run") as runs:
        runs.drop_constraint(op.f("uq_import_run_source_content"), type_="unique")
        runs.add_column(sa.Column("tool", sa.String(length=20), server_default="jsonl", nullable=False))
        runs.add_column(sa.Column("state", sa.String(length=10), server_default="finished", nullable=False))
        runs.add_column(sa.Column("by_id", sa.Integer(), nullable=True))
        runs.add_column(sa.Column("counts", JSON, server_default="{}", nullable=False))
        runs.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        runs.create_foreign_key(op.f("fk_import_run_by_id"), "user", ["by_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_import_run_source", "import_run", ["source", "content"])
    op.execute("UPDATE import_run SET state = 'stopped' WHERE finished_at IS NULL AND content <> ''")


def downgrade() -> None:
    op.execute(
        "DELETE FROM import_run WHERE id NOT IN"
        " (SELECT max(id) FROM import_run GROUP BY source, content) OR state = 'undone'"
    )
    op.drop_index("ix_import_run_source", table_name="import_run")
    with op.batch_alter_table("import_run") as runs:
        runs.drop_constraint(op.f("fk_import_run_by_id"), type_="foreignkey")
        for column in ("undone_at", "counts", "by_id", "state", "tool"):
            runs.drop_column(column)
        runs.create_unique_constraint(op.f("uq_import_run_source_content"), ["source", "content"])
