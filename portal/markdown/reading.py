"""A reader of Markdown that counts its steps: where a text asks for too many of them, it stops.

The library tries its rules again for each bracket, star and line, and looks ahead each time: most texts need a step for
ten characters, while some of 20,000 would take seconds. Steps are counted, never time, so that what is shown depends on
the text alone.
"""

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers, rules_block, rules_inline
from markdown_it.token import Token

from portal.markdown import linking

# A look at one character of what may be a link costs so much less than the rules for a line.
CHARACTERS_A_STEP = 32
# To write an address anew is worth so many looks at a place.
STEPS_A_LINK = 2
# Alternative texts of pictures stand in each other as deep as somebody writes them.
MOST_PICTURES_DEEP = 10
_BEGINS = ["paragraph", "reference", "blockquote", "list"]


class TooMuch(Exception):
    """A text that takes more steps than it may."""


class _Steps(threading.local):
    """What a thread may still do for the text that it reads."""

    left = 0
    pictures = 0


_steps = _Steps()


def take(number: int = 1) -> None:
    """Count so many steps; TooMuch where none are left."""
    _steps.left -= number
    if _steps.left < 0:
        raise TooMuch


class Reader:
    """CommonMark without raw HTML, with what is struck through, bare addresses as links and, where it may, tables."""

    def __init__(self, tables: bool = True) -> None:
        self.parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
        self.parser.enable(["table", "strikethrough"] if tables else ["strikethrough"])
        self.parser.inline.ruler.before("text", "bare", _counted(_bare))
        self.parser.inline.terminator_re = re.compile(
            f"{self.parser.inline.terminator_re.pattern}|{linking.BEGINS}", re.IGNORECASE
        )
        self.parser.inline.ruler.at("image", _image)
        self.parser.inline.ruler2.at("balance_pairs", _pairs)
        self.parser.block.ruler.at("fence", _counted(rules_block.fence), {"alt": _BEGINS})
        looking: Any = SimpleNamespace(parseLinkLabel=_label, parseLinkDestination=_destination, parseLinkTitle=_title)
        self.parser.helpers = looking

    def html(self, source: str, steps: int) -> str:
        """What it says as HTML, made in at most so many steps. Raises TooMuch."""
        _steps.left, _steps.pictures = steps, 0
        env: dict[str, Any] = {}
        tokens = self.parser.parse(source, env)
        take(sum(map(_length_of_values, tokens)) // CHARACTERS_A_STEP)
        linking.without_pictures(tokens, self.parser, env)
        return str(self.parser.renderer.render(tokens, self.parser.options, env))


def _counted(rule: Callable[..., bool]) -> Callable[..., bool]:
    """The rule that is tried first at each place, and so counts the places."""

    def count(*args: Any) -> bool:
        take()
        return rule(*args)

    return count


def _bare(state: Any, silent: bool) -> bool:
    begun = state.pos
    found = linking.bare(state, silent)
    take((state.pos - begun) // CHARACTERS_A_STEP + STEPS_A_LINK * found)
    return found


def _image(state: Any, silent: bool) -> bool:
    """Pictures become links; what stands in their brackets is read anew at each depth."""
    if _steps.pictures >= MOST_PICTURES_DEEP:
        raise TooMuch
    _steps.pictures += 1
    try:
        return rules_inline.image(state, silent)
    finally:
        _steps.pictures -= 1


def _pairs(state: Any) -> None:
    take(len(state.delimiters))
    rules_inline.link_pairs(state)


def _label(state: Any, start: int, disableNested: bool = False) -> int:
    end = helpers.parseLinkLabel(state, start, disableNested)
    _looked_at(start, end if end >= 0 else state.posMax)
    return end


def _destination(string: str, pos: int, maximum: int) -> Any:
    found = helpers.parseLinkDestination(string, pos, maximum)
    _looked_at(pos, found.pos if found.ok else maximum)
    return found


def _title(string: str, start: int, maximum: int, before: Any = None) -> Any:
    found = helpers.parseLinkTitle(string, start, maximum, before)
    _looked_at(start, found.pos if found.ok else maximum)
    return found


def _looked_at(start: int, end: int) -> None:
    take(max(0, end - start) // CHARACTERS_A_STEP)


def _length_of_values(token: Token) -> int:
    """The letters of its attributes: one definition of a link may stand in a text thousands of times."""
    own = sum(len(str(value)) for value in token.attrs.values())
    return own + sum(map(_length_of_values, token.children or ()))
