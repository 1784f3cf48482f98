"""the mailbox of an address, votes that are set aside, and the networks of new members' votes"""

import sqlalchemy as sa
from alembic import op

from portal.accounts.mailboxes import mailbox_of

revision = "0015"
down_revision = "0014"

CHUNK = 1000
TWINS_APART = {"sqlite_where": sa.text("is_twin IS 0"), "postgresql_where": sa.text("is_twin IS false")}
OPEN_ONLY = {"sqlite_where": sa.text("undone_at IS NULL"), "postgresql_where": sa.text("undone_at IS NULL")}


def upgrade() -> None:
    with op.batch_alter_table("user") as users:
        users.add_column(sa.Column("mailbox", sa.String(254), nullable=True))
        users.add_column(sa.Column("is_twin", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("email_token") as tokens:
        tokens.add_column(sa.Column("mailbox", sa.String(254), nullable=False, server_default=""))
        tokens.drop_index("ix_email_token_email_created")
        tokens.create_index("ix_email_token_mailbox_created", ["mailbox", "created_at"])
    for table in ("user", "email_token"):
        _fill_mailboxes(table)
    with op.batch_alter_table("user") as users:
        users.create_index("ix_user_mailbox", ["mailbox"])
    _tell_twins_apart()
    with op.batch_alter_table("user") as users:
        users.create_index("uq_user_mailbox", ["mailbox"], unique=True, **TWINS_APART)
    with op.batch_alter_table("vote") as votes:
        votes.add_column(sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("idea") as ideas:
        ideas.add_column(sa.Column("votes_set_aside", sa.Integer(), nullable=False, server_default="0"))
    _make_set_aside()
    _make_networks()


def downgrade() -> None:
    op.drop_table("vote_network")
    op.execute("UPDATE idea SET votes_count = votes_count + votes_set_aside")
    op.drop_table("set_aside")
    with op.batch_alter_table("idea") as ideas:
        ideas.drop_column("votes_set_aside")
    with op.batch_alter_table("vote") as votes:
        votes.drop_column("is_counted")
    with op.batch_alter_table("email_token") as tokens:
        tokens.drop_index("ix_email_token_mailbox_created")
        tokens.create_index("ix_email_token_email_created", ["email", "created_at"])
        tokens.drop_column("mailbox")
    with op.batch_alter_table("user") as users:
        users.drop_index("uq_user_mailbox")
        users.drop_index("ix_user_mailbox")
        users.drop_column("is_twin")
        users.drop_column("mailbox")


def _fill_mailboxes(name: str) -> None:
    """Write the mailbox of every address, some at a time: a portal may have very many."""
    table = sa.table(name, *(sa.column(column) for column in ("id", "email", "mailbox")))
    write = sa.update(table).where(table.c.id == sa.bindparam("of")).values(mailbox=sa.bindparam("is"))
    found = sa.select(table.c.id, table.c.email).where(table.c.email.is_not(None)).order_by(table.c.id).limit(CHUNK)
    last = 0
    while rows := op.get_bind().execute(found.where(table.c.id > last)).all():
        op.get_bind().execute(write, [{"of": id, "is": mailbox_of(email)} for id, email in rows])
        last = rows[-1].id


def _tell_twins_apart() -> None:
    """Of accounts that share a mailbox all but the oldest are twins: they stay as they are."""
    op.execute(
        """
        UPDATE "user" SET is_twin = true WHERE EXISTS (
            SELECT 1 FROM "user" older WHERE older.mailbox = "user".mailbox
            AND (older.created_at < "user".created_at
                 OR (older.created_at = "user".created_at AND older.id < "user".id)))
        """
    )


def _make_set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_set_aside_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_set_aside_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_set_aside_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_set_aside_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_index("uq_set_aside_open", "set_aside", ["idea_id", "user_id"], unique=True, **OPEN_ONLY)
    op.create_index("ix_set_aside_user", "set_aside", ["user_id"])


def _make_networks() -> None:
    op.create_table(
        "vote_network",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id", "user_id"], ["vote.idea_id", "vote.user_id"], name="fk_vote_network_vote", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "user_id", name=op.f("pk_vote_network")),
    )
    op.create_index("ix_vote_network_idea", "vote_network", ["idea_id", "network"])
    op.create_index("ix_vote_network_created", "vote_network", ["created_at"])
