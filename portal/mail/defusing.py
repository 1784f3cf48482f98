"""Words that mail programs would make links of, in mails to people who never asked for them: shown, and no links.

A word joiner (U+2060) stands before each dot, colon or @ that would make one. It is not seen, breaks no line, and is
part of no address, so that mail programs let the word be:
https://blog.teknkl.com/stop-email-client-hyperlinking-text-without-consent/
What somebody wrote in a text as a link or as an address is one, and so are addresses of the portal.
"""

import re
from bisect import bisect_left
from itertools import pairwise
from typing import Any

from flask import current_app
from jinja2 import Environment
from jinja2.filters import do_indent
from markupsafe import Markup

JOINER = "\u2060"
_DOTS = ".\u3002\uff0e\uff61\u2024"
_PLACES = re.compile(
    rf"(?<=[^\s{_DOTS}{JOINER}])(?=[{_DOTS}][^\W\d](?:[\w-]|[^\x00-\x7f{JOINER}]))"
    rf"|(?<=www)(?=[{_DOTS}])"
    r"|(?<=[a-z])(?=:[/\\])"
    r"|(?<=mailto)(?=:)|(?<=tel)(?=:)|(?<=sms)(?=:)|(?<=callto)(?=:)"
    rf"|(?<=[^\s{JOINER}])(?=[@\uff20]\S)"
    r"|(?<=\\)(?=\\)",
    re.IGNORECASE,
)
_TAG = re.compile(r"""(<(?:"[^"]*"|'[^']*'|[^'">])*>)""")
_NAME = re.compile(r"</?(\w+)")
_WITHIN_WORDS = {"em", "strong", "s", "code", "b", "i", "span"}


class Meant(str):
    """Text of which what is still a link is meant as one."""


def defused(words: str) -> str:
    """The words, none of them a link."""
    return _PLACES.sub(JOINER, words)


def defused_html(html: str) -> Markup:
    """The same for HTML: what stands in its links stays, and a word that tags cut in pieces is one word."""
    pieces = _TAG.split(html)
    said, begins = _said(pieces)
    places = [found.start() for found in _PLACES.finditer(said)]
    for begin, number in begins.items():
        piece = pieces[number]
        within = places[bisect_left(places, begin) : bisect_left(places, begin + len(piece))]
        cuts = [0, *(place - begin for place in within), len(piece)]
        pieces[number] = JOINER.join(piece[start:end] for start, end in pairwise(cuts))
    return Markup("".join(pieces))


def _said(pieces: list[str]) -> tuple[str, dict[int, int]]:
    """What is said outside of links; and where in it each piece begins that is no tag, with its number."""
    said, begins, length, within = [], {}, 0, False
    for number, piece in enumerate(pieces):
        if number % 2:
            name = _name_of(piece)
            within = not piece.startswith("</") if name == "a" else within
            piece = "" if name in _WITHIN_WORDS else "\n"
        elif within:
            continue
        elif piece:
            begins[length] = number
        said.append(piece)
        length += len(piece)
    return "".join(said), begins


def mail_templates(app: Any) -> Environment:
    """The templates of the portal as mails draw them: whatever is put into one is defused, wherever it is put."""
    known: dict[str, Environment] = app.extensions
    if "mail_templates" not in known:
        made = app.jinja_env.overlay(finalize=_finalize)
        made.filters = {**made.filters, "indent": _indent}
        known["mail_templates"] = made
    return known["mail_templates"]


def _finalize(value: Any) -> Any:
    if isinstance(value, Markup):
        return defused_html(value)
    if not isinstance(value, str) or isinstance(value, Meant):
        return value
    return "".join(word if _is_ours(word) else defused(word) for word in re.split(r"(\s+)", value))


def _is_ours(word: str) -> bool:
    """Whether it is an address of this portal."""
    base: str = current_app.config["PUBLIC_URL"]
    return word.startswith(base) and (word == base or word[len(base)] in "/?#")


def _indent(said: str, *args: Any, **named: Any) -> str:
    indented = do_indent(said, *args, **named)
    return Meant(indented) if isinstance(said, Meant) else indented


def _name_of(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""
