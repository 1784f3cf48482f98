"""How an action is described: its name in filters, its sentence in the audit, who may read of it, its symbol."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.activity.subjects import Told

Sentence = Callable[[Told], str]


class Public(StrEnum):
    """Which feeds, which everybody may read, tell of an action."""

    NOWHERE = "nowhere"
    ON_ITS_IDEA = "on_its_idea"
    EVERYWHERE = "everywhere"


NOWHERE, ON_ITS_IDEA, EVERYWHERE = Public


@dataclass(frozen=True)
class Described:
    """An action: its name, its sentence as the audit says it, what is public of it, its symbol as a notification."""

    label: Any
    sentence: Sentence
    public: Public
    glyph: str = "bell"


def phrase(words: Any) -> Sentence:
    """A sentence with `who` and `title` in it."""
    return lambda told: str(words) % {"who": told.who, "title": told.title}


def either(of_idea: Any, of_issue: Any) -> Sentence:
    """Issues speak as issues."""
    idea, issue = phrase(of_idea), phrase(of_issue)
    return lambda told: (issue if told.is_issue else idea)(told)
