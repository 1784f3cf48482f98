"""Bodies in HTML, as Markdown. What reaches the portal is Markdown only, and is drawn as carefully as any other."""

import re
from functools import cache
from typing import Any

import nh3

TAGS = {
    "p", "br", "strong", "b", "em", "i", "s", "del", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td", "img", "div",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
LONGEST = 300_000
BEGINS = re.compile(r"\s*<(p|div|h[1-6]|ul|ol|blockquote|br|strong|b|em|span|table|pre|a)(\s[^<>]*)?/?>", re.I)
LINES = re.compile(r"\n{3,}")


class TooMuch(ValueError):
    """No text that anybody wrote."""


@cache
def _converter() -> Any:
    # Only an import needs it, and every process of the portal reads this file.
    from markdownify import MarkdownConverter

    return MarkdownConverter(heading_style="ATX", bullets="-", escape_misc=True)


def to_markdown(html: str) -> str:
    """The text of HTML with its emphasis, lists, links and code; scripts, styles and what leads off the web go.

    Raises TooMuch for what is too long or too deep.
    """
    if len(html) > LONGEST:
        raise TooMuch(f"its HTML has {len(html):,} characters: shorten it to {LONGEST:,}")
    allowed = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style"},
    )
    try:
        text: str = _converter().convert(allowed)
    except RecursionError:
        raise TooMuch("its HTML is deeper than anybody writes: paste its text instead") from None
    return LINES.sub("\n\n", text).strip()


def looks_like_html(text: str) -> bool:
    """Whether a text begins with a tag, as what an editor of rich text has written does."""
    return bool(BEGINS.match(text))
