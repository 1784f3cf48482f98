"""where imports came from: what is here already keeps the name of its folder as its source"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KEYED = ("idea", "user", "comment")


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("source", "content", name=op.f("uq_import_run_source_content")),
    )
    connection = op.get_bind()
    found: set[str] = set()
    for table in KEYED:
        keys = connection.execute(sa.text(f'SELECT imported_key FROM "{table}" WHERE imported_key IS NOT NULL'))
        found |= {key.partition(":")[0] for (key,) in keys if ":" in key}
    for source in sorted(found):
        connection.execute(
            sa.text("INSERT INTO import_run (source, content, started_at) VALUES (:source, '', CURRENT_TIMESTAMP)"),
            {"source": source},
        )


def downgrade() -> None:
    op.drop_table("import_run")
