"""points that are taken back by a row that names them, and whether staff marked a comment as shaping"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = ["user_id", "rule", "subject_type", "subject_id"]
OPEN_ONLY = {"sqlite_where": sa.text("is_open IS 1"), "postgresql_where": sa.text("is_open IS true")}
# Of each comment that is marked, whoever marked it last.
BY_STAFF = """
    UPDATE comment SET shaped_by_staff = true WHERE shaped_at IS NOT NULL AND id IN (
        SELECT event.subject_id FROM event JOIN "user" ON "user".id = event.actor_id
        WHERE "user".role IN ('staff', 'admin') AND event.id IN (
            SELECT max(id) FROM event WHERE action = 'comment_shaped' GROUP BY subject_id
        )
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("comment") as comments:
        comments.add_column(sa.Column("shaped_by_staff", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(BY_STAFF)
    with op.batch_alter_table("point_entry") as entries:
        entries.add_column(sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.true()))
        entries.add_column(sa.Column("undoes_id", sa.Integer(), nullable=True))
        entries.create_foreign_key(
            op.f("fk_point_entry_undoes_id"), "point_entry", ["undoes_id"], ["id"], ondelete="CASCADE"
        )
        entries.create_unique_constraint(op.f("uq_point_entry_undoes_id"), ["undoes_id"])
        entries.drop_constraint(op.f("uq_point_entry_user_id_rule_subject_type_subject_id"), type_="unique")
        entries.create_index("ix_point_entry_open", KEY, unique=True, **OPEN_ONLY)
        entries.create_index("ix_point_entry_subject", ["subject_type", "subject_id"])
        entries.create_index("ix_point_entry_user", ["user_id", "id"])


def downgrade() -> None:
    op.execute("DELETE FROM point_entry WHERE undoes_id IS NOT NULL")
    op.execute("DELETE FROM point_entry WHERE NOT is_open")
    with op.batch_alter_table("point_entry") as entries:
        entries.drop_index("ix_point_entry_user")
        entries.drop_index("ix_point_entry_subject")
        entries.drop_index("ix_point_entry_open")
        entries.create_unique_constraint(op.f("uq_point_entry_user_id_rule_subject_type_subject_id"), KEY)
        entries.drop_constraint(op.f("uq_point_entry_undoes_id"), type_="unique")
        entries.drop_constraint(op.f("fk_point_entry_undoes_id"), type_="foreignkey")
        entries.drop_column("undoes_id")
        entries.drop_column("is_open")
    with op.batch_alter_table("comment") as comments:
        comments.drop_column("shaped_by_staff")
