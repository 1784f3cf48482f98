"""Addresses that stand bare in a text, and pictures of elsewhere: both are shown as links, and nothing is loaded."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

# An address begins here, and not within a word.
BEGINS = r"(?<![A-Za-z0-9@./-])(?=https?://|www\.)"
_ENDS = r"\s<>\[\]\"`«»“”„，、。；：！？（）「」『』《》【】\ufffc"
_HOST = r"(?:https?://|www\.(?=[\w-]+\.[^\W_]))[^\W_]"
_ADDRESS = re.compile(f"{BEGINS}{_HOST}[^{_ENDS}]*", re.IGNORECASE)
_AFTER = "?!.,:;*_~'’‘…|"
_ENTITY = re.compile(r"&#?\w{1,31};$")


def bare(state: Any, silent: bool) -> bool:
    """A rule of the reader: an address that begins here is a link, up to the sign that ends its sentence."""
    found = None if state.linkLevel else _ADDRESS.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    written = _trimmed(found[0])
    said = unescapeAll(written)
    to = state.md.normalizeLink(said if "://" in said[:8] else f"https://{said}")
    if not state.md.validateLink(to):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": to}
        state.push("text", "", 0).content = said
        state.push("link_close", "a", -1)
    state.pos += len(written)
    return True


def without_pictures(tokens: Sequence[Token], parser: Any, env: Any) -> None:
    """Put the words of each picture in its place, as a link to it, or alone where they stand in a link already."""
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, parser, env))


def _linked(tokens: Sequence[Token], parser: Any, env: Any) -> Iterator[Token]:
    within = 0
    for token in tokens:
        within += token.type == "link_open"
        within -= token.type == "link_close"
        if token.type != "image":
            yield token
            continue
        to = str(token.attrs.get("src", ""))
        words = Token("text", "", 0)
        words.content = parser.renderer.renderInlineAsText(token.children or [], parser.options, env).strip() or to
        yield from [words] if within or not to else _link(to, token, words)


def _link(to: str, picture: Token, words: Token) -> list[Token]:
    title = picture.attrs.get("title")
    attrs = {"href": to, **({"title": title} if title else {})}
    return [Token("link_open", "a", 1, attrs=attrs), words, Token("link_close", "a", -1)]


def _trimmed(address: str) -> str:
    """Without the signs that end the sentence or the bracket in which it stands (GFM 0.29, section 6.9)."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last == ";" and (entity := _ENTITY.search(address, max(0, end - 34), end)):
            end = entity.start() + 1
        elif last not in _AFTER:
            break
        end -= 1
    return address[:end]
