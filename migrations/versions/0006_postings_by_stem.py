"""the postings of a stem lie together with their weights, so that search reads them in one go and nothing else"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _lay_out(sqlite_with_rowid=False, include=" INCLUDE (weight)")


def downgrade() -> None:
    _lay_out(sqlite_with_rowid=True, include="")


def _lay_out(sqlite_with_rowid: bool, include: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        options = {"sqlite_with_rowid": sqlite_with_rowid}
        with op.batch_alter_table("posting", recreate="always", table_kwargs=options):
            pass
        return
    op.execute("ALTER TABLE posting DROP CONSTRAINT pk_posting")
    op.execute(f"ALTER TABLE posting ADD CONSTRAINT pk_posting PRIMARY KEY (stem, idea_id){include}")
