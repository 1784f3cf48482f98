"""since when an idea is a matter of this portal (what was imported and nobody touched waits for nobody), and whether
the roadmap shows what is under review"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

CHUNK = 1000
ISSUES_ONLY = {
    "sqlite_where": sa.text("kind = 'issue' AND hidden_at IS NULL"),
    "postgresql_where": sa.text("kind = 'issue' AND hidden_at IS NULL"),
}
# When somebody here first did something with what was imported: an imported person does nothing here.
TOUCHES = """
    SELECT vote.idea_id AS idea_id, vote.created_at AS moment FROM vote
    JOIN "user" ON "user".id = vote.user_id WHERE "user".imported_key IS NULL
    UNION ALL SELECT idea_id, created_at FROM comment WHERE imported_key IS NULL
    UNION ALL SELECT revision.idea_id, revision.created_at FROM revision
    JOIN "user" ON "user".id = revision.editor_id WHERE "user".imported_key IS NULL
    UNION ALL SELECT idea_id, created_at FROM official_response
    UNION ALL SELECT subject_id, created_at FROM event
    WHERE subject_type = 'idea' AND actor_id IS NOT NULL AND action != 'flagged'
    UNION ALL SELECT comment.idea_id, event.created_at FROM event JOIN comment ON comment.id = event.subject_id
    WHERE event.subject_type = 'comment' AND event.actor_id IS NOT NULL AND event.action != 'flagged'
"""
IDEA = sa.table(
    "idea",
    sa.column("id", sa.Integer),
    sa.column("here_since", sa.DateTime(timezone=True)),
    sa.column("waiting_since", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("idea") as ideas:
        ideas.add_column(sa.Column("here_since", sa.DateTime(timezone=True), nullable=True))
        ideas.create_index("ix_idea_to_confirm", ["status_id", "here_since", "id"], **ISSUES_ONLY)
    let_imports_rest()
    with op.batch_alter_table("settings") as settings:
        settings.add_column(sa.Column("roadmap_shows_review", sa.Boolean(), nullable=False, server_default=sa.false()))


def let_imports_rest() -> None:
    """What was proposed here is here since then; what was imported, since somebody here first touched it, if ever."""
    op.execute("UPDATE idea SET here_since = created_at WHERE imported_key IS NULL")
    _begin_with_the_first_touch()
    op.execute(
        """
        UPDATE idea SET waiting_since = CASE
            WHEN status_id IN (SELECT id FROM status WHERE kind = 'open') THEN here_since END
        WHERE imported_key IS NOT NULL AND waiting_since IS NOT NULL
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("settings") as settings:
        settings.drop_column("roadmap_shows_review")
    op.execute(
        """
        UPDATE idea SET waiting_since = created_at
        WHERE here_since IS NULL AND answered_at IS NULL AND hidden_at IS NULL
        AND status_id IN (SELECT id FROM status WHERE kind = 'open')
        """
    )
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_index("ix_idea_to_confirm")
        ideas.drop_column("here_since")


def _begin_with_the_first_touch() -> None:
    """Some at a time: a portal may hold very many."""
    asked = sa.text(
        f"SELECT idea.id, MIN(touch.moment) AS moment FROM ({TOUCHES}) touch JOIN idea ON idea.id = touch.idea_id"
        " WHERE idea.imported_key IS NOT NULL GROUP BY idea.id"
    ).columns(sa.column("id", sa.Integer), sa.column("moment", sa.DateTime(timezone=True)))
    write = sa.update(IDEA).where(IDEA.c.id == sa.bindparam("of")).values(here_since=sa.bindparam("is"))
    rows = [{"of": id, "is": moment} for id, moment in op.get_bind().execute(asked)]
    for begin in range(0, len(rows), CHUNK):
        op.get_bind().execute(write, rows[begin : begin + CHUNK])
