"""why a message did not go is kept without the words of libraries, which quoted parts of settings"""

import re

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"

# What was kept until now: `KeyError: words`, `(535, b'words')` or `[Errno 111] words`, and below it what staff said.
QUOTED = re.compile(r"(?:\w+(?:Error|Exception): |\(\d{3}, |\[Errno -?\d+\] )")
IN_OUR_WORDS = "This message could not be written."
SERVER = "The mail server does not serve us."


def upgrade() -> None:
    connection = op.get_bind()
    kept = connection.execute(text("SELECT id, last_error FROM delivery WHERE last_error IS NOT NULL")).all()
    for id, said in kept:
        if QUOTED.match(said):
            said = "\n".join([_named(said), *re.findall(r"^Discarded: .*", said, re.MULTILINE)])
            connection.execute(text("UPDATE delivery SET last_error = :said WHERE id = :id"), {"said": said, "id": id})


def downgrade() -> None:
    """Nothing: what was left out is gone, and older versions show any words."""


def _named(said: str) -> str:
    return IN_OUR_WORDS if said[0].isalpha() else SERVER
