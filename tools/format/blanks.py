"""Between two attributes stands a blank: Jinja would take it, as a line that ends with a statement loses its end."""

import re
from collections.abc import Iterator

from tools.format.expressions import regions

ENDS_A_LINE = re.compile(r"(?<![+-])%\}(?=\n\s*\{%)")


def kept(source: str) -> str:
    """The template in which a conditional attribute below another keeps the end of its line: `{% endif +%}`."""
    places = [at for start, end in _tags(source) for at in _line_ends(source, start, end)]
    for place in reversed(places):
        source = f"{source[:place]}+{source[place:]}"
    return source


def _line_ends(source: str, start: int, end: int) -> Iterator[int]:
    """Where a statement ends a line of a tag and another begins the next, with an attribute before it."""
    for found in ENDS_A_LINE.finditer(source, start, end):
        if source[: found.start()].rstrip().endswith("endif"):
            yield found.start()


def _tags(source: str) -> Iterator[tuple[int, int]]:
    """Where each tag that opens an element begins and ends; what Jinja fills in ends none."""
    jinja = [(region.start, region.end) for region in regions(source)]
    start, quote = 0, ""
    place = 0
    inside = False
    while place < len(source):
        if jinja and jinja[0][0] <= place:
            place = max(place, jinja.pop(0)[1])
            continue
        character = source[place]
        if not inside and re.match(r"<[a-zA-Z]", source[place : place + 2]):
            inside, start = True, place
        elif inside and quote:
            quote = "" if character == quote else quote
        elif inside and character in "\"'":
            quote = character
        elif inside and character == ">":
            inside = False
            yield start, place
        place += 1
