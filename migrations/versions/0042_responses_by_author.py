"""an index of the official responses of a person, which who takes their data along asks for"""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_index("ix_official_response_author_id", "official_response", ["author_id"])


def downgrade() -> None:
    op.drop_index("ix_official_response_author_id", "official_response")
