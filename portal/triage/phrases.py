"""The ready phrases as the form of an answer offers them: filled in, in the language of the idea."""

from functools import cache
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Select, select

from portal.database.reading import rows
from portal.database.wording import chosen
from portal.i18n import languages, spoken
from portal.ideas.asking import asked_id
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody
from portal.permissions import me
from portal.triage.filling import fill, name_of, values_for
from portal.triage.snippets import Snippet

ASKED = "snippet"


class Phrase(NamedTuple):
    """A phrase as it would stand in the answer; `lang` is the language in which it is written."""

    id: int
    name: str
    text: str
    lang: str


def init_app(app: Flask) -> None:
    """Let the forms of answers offer them."""
    app.jinja_env.globals.update(ready_phrases=ready_phrases)


def ready_phrases(idea: Idea) -> list[Phrase]:
    """Every phrase, filled in for an answer to this idea."""
    values = values_for(idea, name_of(me()))
    return [_phrase(id, names, texts, idea.lang, values) for id, names, texts in _written()]


def with_phrase(field: Any, idea: Idea) -> bool:
    """Add the phrase that the address asks for to what stands in the field: whether there is one, and not gone."""
    asked = asked_id(ASKED)
    added = next((phrase.text for phrase in ready_phrases(idea) if phrase.id == asked), "") if asked else ""
    if added:
        field.data = "\n\n".join(filter(None, (field.data, added)))
        field.render_kw = {**(field.render_kw or {}), "data-added": added}
    return bool(added)


def _phrase(id: int, names: dict[str, str], texts: dict[str, str], lang: str, values: dict[str, str]) -> Phrase:
    text = chosen(texts, first=spoken(lang))
    written = next((code for code in (spoken(lang), *languages(), *texts) if texts.get(code) == text), lang)
    return Phrase(id, chosen(names), fill(text, values), written)


@for_everybody
def _written() -> tuple[tuple[int, dict[str, str], dict[str, str]], ...]:
    return tuple((id, names or {}, texts or {}) for id, names, texts in rows(_phrases(), {}))


@cache
def _phrases() -> Select[int, dict[str, str], dict[str, str]]:
    return select(Snippet.id, Snippet.called, Snippet.said).order_by(Snippet.position, Snippet.id)
