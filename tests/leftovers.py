"""Finds words of the other language in what a reader sees: strings of the catalogue where they do not belong."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from babel.messages.catalog import Message
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from portal.i18n import LANGUAGES
from portal.translations import collect

SAID = ("title", "aria-label", "alt", "placeholder", "data-said", "content")
UNSEEN = ("script", "style", "svg", "template", "code", "pre")
# Where people write: in whatever language they like. What they wrote elsewhere is given by the test, or carries `lang`.
WRITTEN = ".prose, .said, .thanks blockquote, textarea, .history ins, .history del"
GAP = re.compile(r"%\((\w+)\)s|%%")
LETTERS = re.compile(r"[^\W\d_]")


def leftovers(html: str, lang: str, written: Iterable[str] = ()) -> list[str]:
    """What of the other language's catalogue this page shows to a reader of `lang`, each with where it was seen.

    `written` are the words of people: their names, titles and texts.
    """
    return _found("\n".join(visible(html, lang)), lang, written)


def in_text(text: str, lang: str, written: Iterable[str] = ()) -> list[str]:
    """The same for plain text, paragraph by paragraph."""
    return _found("\n".join(folded(part) for part in re.split(r"\n\s*\n", text)), lang, written)


def _found(seen: str, lang: str, written: Iterable[str]) -> list[str]:
    for text in sorted({folded(text) for text in written if text}, key=len, reverse=True):
        seen = seen.replace(text, "¤")
    hits = ((words, pattern.search(seen)) for words, needle, pattern in foreign(lang) if needle in seen)
    return [f"{words!r} in {_line(seen, hit.start())!r}" for words, hit in hits if hit]


def _line(seen: str, place: int) -> str:
    return seen[seen.rfind("\n", 0, place) + 1 :].partition("\n")[0]


def folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def visible(html: str, lang: str) -> Iterator[str]:
    """The texts and spoken attributes of a page, but for what people wrote and what is marked as another language."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(", ".join((*UNSEEN, WRITTEN))):
        tag.decompose()
    for tag in soup.select("[lang]"):
        if tag.name != "html" and tag["lang"] != lang:
            tag.decompose()
    for node in soup.find_all(string=True):
        if not isinstance(node, PreformattedString) and (text := folded(str(node))) and text not in LANGUAGES.values():
            yield text
    for tag in soup.find_all(True):
        if isinstance(tag, Tag) and (tag.name != "meta" or tag.get("name") == "description"):
            yield from (folded(str(tag[name])) for name in SAID if tag.get(name))


@cache
def foreign(lang: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Each string of the other language that is none of this one's, with its longest part, and what finds all of it."""
    ours, others = _strings(lang)
    own = {folded(text) for text in ours}
    whole = "\n".join(own)
    return tuple(
        (text, max(GAP.split(text)[::2], key=len), pattern)
        for text in sorted({folded(text) for text in others} - own)
        if (pattern := _finder(text)) and not pattern.search(whole)
    )


def _strings(lang: str) -> tuple[list[str], list[str]]:
    """All strings of this language, and those of the other whose translation differs."""
    pairs = [(i, s) for message in collect.read() if message.id for i, s in _pairs(message)]
    english, french = [i for i, _ in pairs], [s for _, s in pairs]
    return (french, english) if lang == "fr" else (english, french)


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    yield from zip(ids, strings, strict=True)


def _finder(text: str) -> re.Pattern[str] | None:
    """A long sentence is found anywhere in a text, a short one only alone: «Code» and «Note» are words of both."""
    parts = GAP.split(text)[::2]
    if not any(LETTERS.search(part) for part in parts):
        return None
    pattern = ".+?".join(re.escape(part) for part in parts)
    long = len(GAP.sub("", text)) >= 12 and len(GAP.sub("", text).split()) >= 2
    return re.compile(rf"(?<!\w){pattern}(?!\w)" if long else rf"^{pattern}$", re.MULTILINE)
