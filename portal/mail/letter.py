"""How a mail looks and reads: the brand's colours as hex, a status as a chip, and Markdown as true plain text."""

import re
import textwrap
from html.parser import HTMLParser

from portal.brand.colours import STATUSES, palette
from portal.mail.defusing import Meant, defused
from portal.text import render_markdown

WIDTH = 72
# Stands around an address that is meant as a link, until the rest of the text is defused; no text holds it.
LINK = "\ue000"
SIGNED = "-- "
TOKENS = (
    "canvas", "surface", "ink", "ink-3", "line", "edge", "accent", "accent-fill", "on-accent", "accent-soft",
    "sun-soft", "sun-line", "sun-ink",
)  # fmt: skip
# The drawn glyphs of the pages, as characters: a shape that fills up, so that a chip means the same without colour.
GLYPHS = {
    "open": "◌", "under_review": "◔", "planned": "◑", "started": "◕", "testing": "◉", "shipped": "✓", "declined": "⊖",
}  # fmt: skip


def colours(hue: int, chroma: float) -> dict[str, str]:
    """The tokens that mails are drawn in as hex, by their names with `_` for `-`; the dark ones begin with `dark_`."""
    light, dark = palette(hue, chroma, "light"), palette(hue, chroma, "dark")
    named = {token: token.replace("-", "_") for token in TOKENS}
    return {named[t]: light.hex(t) for t in TOKENS} | {f"dark_{named[t]}": dark.hex(t) for t in TOKENS}


def chips(hue: int, chroma: float) -> dict[str, dict[str, str]]:
    """For each kind of status its glyph; for each colour of one its ground and ink in both themes."""
    light, dark = palette(hue, chroma, "light"), palette(hue, chroma, "dark")
    return {
        kind: {
            "glyph": glyph,
            "back": light.hex(f"st-bg:{kind}"),
            "ink": light.hex(f"st-fg:{kind}"),
            "dark_back": dark.hex(f"st-bg:{kind}"),
            "dark_ink": dark.hex(f"st-fg:{kind}"),
        }
        for kind, glyph in {**dict.fromkeys(STATUSES, ""), **GLYPHS}.items()
    }


def wrapped(text: str) -> str:
    """The text with no line longer than 72 characters but for what has no space in it, such as an address."""
    return "\n".join(line if line == SIGNED else _wrap(line.rstrip()) for line in text.split("\n"))


def _wrap(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    margin = re.match(r"\s*(?:[->]|\d+\.)?\s*", line)
    first = margin[0] if margin else ""
    hanging = first if first.strip() == ">" else " " * len(first)
    lines = textwrap.wrap(
        line[len(first) :], WIDTH, initial_indent=first, subsequent_indent=hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines)


def plain_words(source: str) -> str:
    """What a Markdown text says, as plain text: paragraphs, lists and quotes kept, each link's address beside it.

    Nothing else in it becomes a link.
    """
    reader = _Words()
    reader.feed(str(render_markdown(source)).replace(LINK, ""))
    reader.close()
    words = reader.text().split(LINK)
    return Meant("".join(part if number % 2 else defused(part) for number, part in enumerate(words)))


class _Words(HTMLParser):
    """Reads the HTML that our Markdown renders to, block by block.

    Ours, as a mail says which address is a link: inscriptis knows neither that nor quotes, code and numbers of lists,
    and loses the space before a French question mark; html2text may not go with our licence.
    """

    BLOCKS = frozenset({"p", "pre", "li", "ul", "ol", "blockquote", "tr", "hr", "h3", "h4", "h5"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[bool, str]] = []
        self.said = ""
        self.within: list[str] = []
        self.numbers: list[int | None] = []
        self.mark = ""
        self.href = ""
        self.in_row = False

    def text(self) -> str:
        """The blocks with an empty line between them; those of a list or a table stand close."""
        self._end_block()
        whole = ""
        for close, block in self.blocks:
            whole += ("\n" if close else "\n\n") * bool(whole) + block
        return whole

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in self.BLOCKS:
            self._end_block()
        if tag in ("ul", "ol"):
            self.numbers.append(int(found.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self.mark = self._next_mark()
        elif tag == "a":
            self.href = found.get("href") or ""
        elif tag == "br":
            self.said += "\n"
        elif tag in ("td", "th") and self.said:
            self.said += "  "
        if tag not in ("br", "hr"):
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            label = self._before_address()
            whole = label == self.said
            self.said = f"{label} {LINK}<{self.href}>{LINK}" if whole else f"{label}{LINK}{self.href}{LINK}"
        if tag in self.BLOCKS:
            self._end_block()
        if tag == "table":
            self.in_row = False
        if tag in ("ul", "ol") and self.numbers:
            self.numbers.pop()
            self.in_row = bool(self.numbers)
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def _before_address(self) -> str:
        """What stands before the address, where the link says its own, with its scheme or without; else all of it."""
        label = self.said.removesuffix(self.href)
        bare = self.href.partition("://")[2]
        return label if label != self.said or not bare.startswith("www.") else label.removesuffix(bare)

    def handle_data(self, data: str) -> None:
        self.said += data if "pre" in self.within else data.replace("\n", "")

    def _end_block(self) -> None:
        said, self.said = self.said.strip("\n") if "pre" in self.within else self.said.strip(), ""
        if not said:
            return
        margin = "> " * self.within.count("blockquote") + "  " * max(0, len(self.numbers) - 1)
        rest = margin + ("  " if self.numbers else "")
        first = margin + self.mark if self.mark else rest
        self.blocks.append((self.in_row, first + said.replace("\n", f"\n{rest}")))
        self.in_row, self.mark = "li" in self.within or "tr" in self.within, ""

    def _next_mark(self) -> str:
        number = self.numbers[-1] if self.numbers else None
        if number is None:
            return "- "
        self.numbers[-1] = number + 1
        return f"{number}. "
