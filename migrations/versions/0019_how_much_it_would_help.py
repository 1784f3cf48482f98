"""how many of the voters of an idea said how much it would help them"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

SAID = ("nice", "important", "critical")


def upgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        for name in SAID:
            ideas.add_column(sa.Column(f"{name}_count", sa.Integer(), nullable=False, server_default="0"))
    _count()


def downgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        for name in reversed(SAID):
            ideas.drop_column(f"{name}_count")


def _count() -> None:
    """One pass over the votes that count and say something; ideas without one keep their zeros."""
    vote = sa.table("vote", *map(sa.column, ("idea_id", "importance", "is_counted")))
    idea = sa.table("idea", sa.column("id"), *(sa.column(f"{name}_count") for name in SAID))
    numbers = {f"{name}_count": sa.func.count().filter(vote.c.importance == name) for name in SAID}
    said = (
        sa.select(vote.c.idea_id, *(number.label(column) for column, number in numbers.items()))
        .where(vote.c.importance != "", vote.c.is_counted == sa.true())
        .group_by(vote.c.idea_id)
    )
    rows = [dict(row._mapping) for row in op.get_bind().execute(said)]
    write = sa.update(idea).where(idea.c.id == sa.bindparam("of"))
    write = write.values({column: sa.bindparam(f"new_{column}") for column in numbers})
    if rows:
        changed = [{"of": row["idea_id"], **{f"new_{column}": row[column] for column in numbers}} for row in rows]
        op.get_bind().execute(write, changed)
