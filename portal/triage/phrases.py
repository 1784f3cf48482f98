"""The ready phrases as the form of an answer offers them: filled in, in the language of the idea."""

from functools import cache
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Select, select

from portal.database.reading import rows
from portal.extensions import context
from portal.i18n import languages, locale, spoken
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
    """Every phrase, filled in for an answer to this idea; several forms of a page may ask."""
    made: dict[int, list[Phrase]] = context().g.setdefault("ready_phrases", {})
    if idea.id not in made:
        made[idea.id] = _filled_in(idea)
    return made[idea.id]


def with_phrase(field: Any, idea: Idea) -> bool:
    """Add the phrase that the address asks for to what stands in the field: whether there is one, and not gone."""
    asked = asked_id(ASKED)
    added = next((phrase.text for phrase in ready_phrases(idea) if phrase.id == asked), "") if asked else ""
    if added:
        field.data = "\n\n".join(filter(None, (field.data, added)))
        field.render_kw = {**(field.render_kw or {}), "data-added": added}
    return bool(added)


def _filled_in(idea: Idea) -> list[Phrase]:
    ours, values = tuple(languages()), values_for(idea, name_of(me()))
    found = []
    for id, names, texts in _written():
        named, said = _first(names, (locale(), *ours)), _first(texts, (spoken(idea.lang), *ours))
        found.append(Phrase(id, names.get(named, ""), fill(texts.get(said, ""), values), said))
    return found


def _first(words: dict[str, str], wanted: tuple[str, ...]) -> str:
    """The first of these languages, or else any, in which something is written."""
    return next((lang for lang in (*wanted, *words) if words.get(lang)), "")


@for_everybody
def _written() -> tuple[tuple[int, dict[str, str], dict[str, str]], ...]:
    return tuple((id, names or {}, texts or {}) for id, names, texts in rows(_phrases(), {}))


@cache
def _phrases() -> Select[int, dict[str, str], dict[str, str]]:
    return select(Snippet.id, Snippet.called, Snippet.said).order_by(Snippet.position, Snippet.id)
