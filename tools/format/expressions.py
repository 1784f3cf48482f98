"""Long Jinja expressions, one part a line: djangofmt lays out tags, and leaves what stands in `{{ }}` as it is.

`flat` takes every expression back to one line, `broken` breaks those that are too long: at a condition, at an operator,
at the arguments of a call, and a sentence between two words, as Jinja joins strings that stand side by side.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tools.format.commands import WIDTH

# What no tool can break stays within this.
MOST = 140
BEGIN = re.compile(r"\{#.*?#\}|\{[{%][-+]?", re.DOTALL)
END = re.compile(r"[-+]?[}%]\}")
TOKEN = re.compile(r"\s+|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[\w.]+|==|!=|<=|>=|\*\*|//|.", re.DOTALL)
CONDITIONS, OPERATORS = {"if", "else"}, ({"or"}, {"and"}, {"~"}, {"+"})
OPENING, SHUTTING = "([{", ")]}"


@dataclass(frozen=True)
class Token:
    """One token, and whether a blank stands before it."""

    text: str
    apart: bool

    @property
    def is_string(self) -> bool:
        return self.text[0] in "\"'"


@dataclass(frozen=True)
class Region:
    """One `{{ }}` or `{% %}` of a template: where it stands, its tokens, and how it begins and ends."""

    start: int
    end: int
    opened: str
    shut: str
    tokens: list[Token]

    @property
    def flat(self) -> str:
        return f"{self.opened} {_said(self.tokens)} {self.shut}"


def flat(source: str) -> str:
    """The template with every expression on one line, however long."""
    return _replaced(source, [(region, region.flat) for region in regions(source)])


def broken(source: str) -> str:
    """The template, formatted by djangofmt, with every expression that is too long on lines of its own."""
    place = 0
    while region := _next_long(source, place):
        lines = _laid_out(source, region)
        source = _replaced(source, [(region, lines)])
        place = region.start + len(lines)
    return source


def regions(source: str, place: int = 0) -> Iterator[Region]:
    """Every expression and statement from this place on; comments are left out."""
    while found := BEGIN.search(source, place):
        place = found.end()
        if not found[0].startswith("{#"):
            inner, shut = _until_end(source, place)
            place = shut.end()
            yield Region(found.start(), place, found[0], shut[0], _tokens(inner))


def _replaced(source: str, regions: list[tuple[Region, str]]) -> str:
    for region, words in reversed(regions):
        source = source[: region.start] + words + source[region.end :]
    return source


def _until_end(source: str, place: int) -> tuple[list[str], re.Match[str]]:
    """What stands in the expression that begins here, and its end, which no bracket and no string holds."""
    inner, depth = [], 0
    while True:
        shut = END.match(source, place) if depth == 0 else None
        if shut:
            return inner, shut
        token = TOKEN.match(source, place)
        assert token, "an expression without an end"
        inner.append(token[0])
        depth += (token[0] in OPENING) - (token[0] in SHUTTING)
        place = token.end()


def _tokens(words: list[str]) -> list[Token]:
    """Blanks are kept where they are no more than the end of a line within brackets."""
    tokens: list[Token] = []
    apart, ended = False, False
    for text in words:
        if text.isspace():
            apart, ended = True, "\n" in text
            continue
        before = tokens[-1] if tokens else None
        if before and before.is_string and text[0] == before.text[0]:
            tokens[-1] = Token(before.text[:-1] + text[1:], before.apart)
        else:
            inner = before is not None and (before.text in OPENING or text in SHUTTING)
            tokens.append(Token(text, apart and bool(tokens) and not (ended and inner)))
        apart = ended = False
    return tokens


def _said(tokens: list[Token]) -> str:
    return "".join(" " * (token.apart and bool(number)) + token.text for number, token in enumerate(tokens))


def _next_long(source: str, place: int) -> Region | None:
    """The next expression that makes a line too long: of several on one line the longest."""
    for region in regions(source, place):
        start, end = _line(source, region)
        if "\n" in source[region.start : region.end]:
            if _rejoined(source, region) or any(len(line) > WIDTH for line in source[start:end].split("\n")):
                return region
        elif end - start > WIDTH and len(region.tokens) > 3:
            beside = [other for other in regions(source[:end], max(start, place)) if len(other.tokens) > 3]
            return max(beside, key=lambda other: len(other.flat))
    return None


def _line(source: str, region: Region) -> tuple[int, int]:
    """Where its first line begins and its last line ends."""
    return source.rfind("\n", 0, region.start) + 1, source.find("\n", region.end)


def _rejoined(source: str, region: Region) -> bool:
    """Whether it is broken, as djangofmt does it, though there is next to nothing in it, such as `endif`."""
    start, end = _line(source, region)
    return len(region.tokens) <= 3 and region.start - start + len(region.flat) + end - region.end <= MOST


def _laid_out(source: str, region: Region) -> str:
    if "\n" in source[region.start : region.end] and _rejoined(source, region):
        return region.flat
    line = source[_line(source, region)[0] : region.start]
    margin = len(line) - len(line.lstrip())
    words = "\n".join(_lines(region.tokens, margin + 2, hangs=region.opened[1] == "%"))
    return f"{region.opened}\n{words}\n{' ' * margin}{region.shut}"


def _lines(tokens: list[Token], margin: int, hangs: bool) -> list[str]:
    """These tokens on as few lines as fit; what follows the first hangs below it where it belongs to it."""
    said = _said(tokens)
    if margin + len(said) < WIDTH:
        return [" " * margin + said]
    parts = _parts(tokens)
    if len(parts) > 1:
        below = margin + (2 if hangs or any(token.text == "=" for token in _outer(parts[0])) else 0)
        first, *rest = parts
        return _lines(first, margin, hangs) + [line for part in rest for line in _lines(part, below, hangs=True)]
    return _in_brackets(tokens, margin) or _sentence(tokens, margin) or [" " * margin + said]


def _outer(tokens: list[Token]) -> list[Token]:
    """The tokens that stand in no brackets."""
    depth, outer = 0, []
    for token in tokens:
        depth -= token.text in SHUTTING
        if depth == 0 and token.text not in OPENING + SHUTTING:
            outer.append(token)
        depth += token.text in OPENING
    return outer


def _parts(tokens: list[Token]) -> list[list[Token]]:
    """Cut at conditions, else at the operator that binds least; what is cut at begins a part."""
    if tokens[0].text == "with":
        return _ended(_items(tokens))
    outer = {id(token) for token in _outer(tokens)}
    for names in (CONDITIONS, *OPERATORS):
        cuts = [n for n, token in enumerate(tokens) if n and token.text in names and id(token) in outer]
        if cuts:
            edges = [0, *cuts, len(tokens)]
            return [tokens[a:b] for a, b in pairwise(edges)]
    return [tokens]


def _in_brackets(tokens: list[Token], margin: int) -> list[str]:
    """The longest pair of brackets opened: what stands in it on one line, else one part a line."""
    pairs = _pairs(tokens)
    if not pairs:
        return []
    start, end = max(pairs, key=lambda pair: len(_said(tokens[pair[0] : pair[1]])))
    inner = tokens[start + 1 : end]
    if not inner:
        return []
    head = _lines(tokens[: start + 1], margin, hangs=False)
    tail = " " * margin + _said(tokens[end:])
    whole = " " * (margin + 2) + _said(inner)
    if len(whole) <= WIDTH and len(_items(inner)) > 1:
        return [*head, whole, tail]
    return [*head, *(line for item in _ended(_items(inner)) for line in _lines(item, margin + 2, hangs=True)), tail]


def _pairs(tokens: list[Token]) -> list[tuple[int, int]]:
    depth, start, pairs = 0, 0, []
    for number, token in enumerate(tokens):
        if token.text in OPENING:
            start = number if depth == 0 else start
            depth += 1
        elif token.text in SHUTTING:
            depth -= 1
            if depth == 0:
                pairs.append((start, number))
    return pairs


def _items(tokens: list[Token]) -> list[list[Token]]:
    outer = {id(token) for token in _outer(tokens)}
    items: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == "," and id(token) in outer:
            items.append([])
        else:
            items[-1].append(token)
    return [item for item in items if item]


def _ended(items: list[list[Token]]) -> list[list[Token]]:
    return [[*item, Token(",", False)] for item in items[:-1]] + items[-1:]


def _sentence(tokens: list[Token], margin: int) -> list[str]:
    """One long string, broken between words."""
    strings = [token for token in tokens if token.is_string]
    if len(strings) != 1 or " " not in strings[0].text:
        return []
    place = tokens.index(strings[0])
    before, after = _said(tokens[:place]), _said(tokens[place + 1 :])
    before += " " * (bool(before) and strings[0].apart)
    quote, words = strings[0].text[0], re.findall(r"[^ ]* +|[^ ]+$", strings[0].text[1:-1])
    lines = [" " * margin + before + quote]
    for word in words:
        if len(lines[-1]) + len(word) + len(after) + 1 > WIDTH:
            lines[-1] += quote
            lines.append(" " * (margin + (2 if before else 0)) + quote)
        lines[-1] += word
    lines[-1] += quote + after
    return lines
