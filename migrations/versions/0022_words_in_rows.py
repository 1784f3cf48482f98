"""the languages of a portal, and the words of the brand in one row a language"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"

LANGUAGES = ("en", "fr")
NAMED = {"board": 60, "status": 40}
RELEASE = {"title": sa.String(length=120), "story": sa.Text()}
TEXTS = {"welcome": sa.String(length=200), "conduct": sa.Text(), "privacy": sa.Text()}
FACTS_TYPE = sa.JSON().with_variant(JSONB(), "postgresql")
FACTS = sa.table("event", sa.column("id"), sa.column("action"), sa.column("facts", FACTS_TYPE))
EDITED = ("board_changed", "status_edited")


def upgrade() -> None:
    for table, key in (("board_name", "board"), ("status_name", "status"), ("release_text", "release")):
        op.create_table(
            table,
            sa.Column(f"{key}_id", sa.Integer(), nullable=False),
            sa.Column("lang", sa.String(length=2), nullable=False),
            *_words_of(table),
            sa.ForeignKeyConstraint(
                [f"{key}_id"], [f"{key}.id"], name=op.f(f"fk_{table}_{key}_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(f"{key}_id", "lang", name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "portal_text",
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "lang", name=op.f("pk_portal_text")),
    )
    op.add_column("settings", sa.Column("languages", sa.String(length=60), nullable=False, server_default="en,fr"))
    for lang in LANGUAGES:
        for table in NAMED:
            op.execute(
                f"INSERT INTO {table}_name ({table}_id, lang, name) SELECT id, '{lang}', name_{lang} FROM {table}"
            )
        op.execute(
            f"INSERT INTO release_text (release_id, lang, title, story) SELECT id, '{lang}', title_{lang}, story_{lang}"
            f" FROM release WHERE title_{lang} <> '' OR story_{lang} <> ''"
        )
        for key in TEXTS:
            op.execute(
                f"INSERT INTO portal_text (key, lang, body) SELECT '{key}', '{lang}', {key}_{lang} FROM settings"
                f" WHERE {key}_{lang} <> ''"
            )
    for table, words in (*((name, ("name",)) for name in NAMED), ("release", RELEASE), ("settings", TEXTS)):
        for column in words:
            for lang in LANGUAGES:
                op.execute(f"ALTER TABLE {table} DROP COLUMN {column}_{lang}")
    _rewrite_facts(_together)


def downgrade() -> None:
    for table, words in (
        *((name, {"name": sa.String(length=most)}) for name, most in NAMED.items()),
        ("release", RELEASE),
        ("settings", TEXTS),
    ):
        for column, kind in words.items():
            for lang in LANGUAGES:
                op.add_column(table, sa.Column(f"{column}_{lang}", kind, nullable=False, server_default=""))
                op.execute(f"UPDATE {table} SET {column}_{lang} = {_words_now(table, column, lang)}")
    for table in ("board_name", "status_name", "release_text", "portal_text"):
        op.drop_table(table)
    op.execute("ALTER TABLE settings DROP COLUMN languages")
    _rewrite_facts(_apart)


def _words_of(table: str) -> list[sa.Column[Any]]:
    if table == "release_text":
        return [sa.Column(name, kind, nullable=False) for name, kind in RELEASE.items()]
    return [sa.Column("name", sa.String(length=60), nullable=False)]


def _words_now(table: str, column: str, lang: str) -> str:
    """The words of a row in this language; a name that was never written there is the one in another."""
    if table == "settings":
        return f"COALESCE((SELECT body FROM portal_text WHERE key = '{column}' AND lang = '{lang}'), '')"
    rows = "release_text" if table == "release" else f"{table}_name"
    own = f"SELECT {column} FROM {rows} WHERE {table}_id = {table}.id"
    other = f"({own} ORDER BY lang LIMIT 1)" if table in NAMED else "''"
    return f"COALESCE(({own} AND lang = '{lang}'), {other}, '')"


def _rewrite_facts(anew: Any) -> None:
    """What events of boards and statuses keep of their names."""
    connection = op.get_bind()
    for id, facts in connection.execute(sa.select(FACTS.c.id, FACTS.c.facts).where(FACTS.c.action.in_(EDITED))).all():
        connection.execute(sa.update(FACTS).where(FACTS.c.id == id).values(facts=anew(facts)))


def _together(facts: dict[str, Any]) -> dict[str, Any]:
    new = {k: v for k, v in facts.items() if k not in {f"{w}_{lang}" for w in ("name", "old") for lang in LANGUAGES}}
    for word, called in (("name", "names"), ("old", "old")):
        said = {lang: facts[f"{word}_{lang}"] for lang in LANGUAGES if f"{word}_{lang}" in facts}
        if said:
            new[called] = said
    return new


def _apart(facts: dict[str, Any]) -> dict[str, Any]:
    new = {k: v for k, v in facts.items() if k != "names" and not (k == "old" and isinstance(v, dict))}
    for word, called in (("name", "names"), ("old", "old")):
        said = facts.get(called)
        if isinstance(said, dict):
            new |= {f"{word}_{lang}": said.get(lang) or next(iter(said.values()), "") for lang in LANGUAGES}
    return new
