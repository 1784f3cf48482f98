"""What people write: made safe, made HTML, made short."""

import html
import re
import unicodedata
from functools import lru_cache

import nh3
from markupsafe import Markup, escape
from slugify import slugify

from portal.markdown.reading import Reader, TooMuch

_reader, _without_tables = Reader(), Reader(tables=False)
# A table of ten thousand rows takes half a second to draw: a text with so many bars and lines has none, and neither has
# one of so many cells, since each line of a table is filled up to as many as its head has.
MOST_CELLS = 3_000
_OF_A_HEAD = frozenset("|-: \t>*+.)0123456789")
# Five times as many as the longest of 6,894 texts that people wrote takes: at most a matter of 30 ms.
MOST_STEPS = 3_000
_TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "h5", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b\u2060\u202a-\u202e\u2066-\u2069]")
# Characters that stand on the one before. Normalizing sorts each run of them, which takes its length squared.
_MARKS = "".join(re.escape(chr(code)) for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code)))
_PILE = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")

# Endings that tell the name of a site from a name with dots in it, such as J.R., Ltd. or St.Pauli: those of countries,
# and of the others those that sell names by the million, or are words of no person's name.
_COUNTRIES = (
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|cc|cd"
    "|cf|cg|ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gd|ge"
    "|gf|gg|gh|gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|kg|kh"
    "|ki|km|kn|kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw"
    "|mx|my|mz|na|nc|ne|nf|ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb"
    "|sc|sd|se|sg|sh|si|sk|sl|sm|sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk"
    "|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw|рф|рус|укр|бел|срб|мкд|қаз|ею|ευ|ελ|中国|中國|香港|台湾|台灣|한국"
)
_SITES = (
    "com|net|org|edu|gov|info|biz|mobi|name|pro|app|dev|xyz|top|shop|store|online|site|website|web|space|club|live|life"
    "|link|click|vip|icu|cyou|buzz|tech|blog|news|agency|digital|email|cloud|host|page|zip|mov|world|today|fun|games"
    "|casino|poker|porn|xxx|adult|loan|loans|money|finance|bank|trade|market|sale|deals|bid|win|download|stream|review"
    "|support|services|solutions|global|company|network|systems|chat|video|photos|quest|monster|sbs|cfd|rest|paris"
    "|berlin|london|nyc|tokyo|bzh|alsace|онлайн|сайт|орг|ком|москва|公司|网络|網路|在线|网站|集团|コム|닷컴|xn--[a-z0-9-]+"
)
_TITLES = "dr mr mrs ms me mme st ste sr sra jr co prof dipl mag frau herr"
_NO_TITLE = "".join(rf"(?<!\b{title})" for title in _TITLES.split())
_ADDRESS = re.compile(
    rf"://|\bwww\.|\w@[\w-]+\.\w|[\w-]\w\.(?:{_SITES})(?![\w-])|\w\.(?:{_COUNTRIES}|{_SITES})/"
    rf"|[\w-]\w{_NO_TITLE}\.(?:{_COUNTRIES})(?![\w-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def holds_address(line: str) -> bool:
    """Whether a name is, or holds, the address of a site or of a mailbox, in whatever letters and dots."""
    if not line.isascii():
        line = unicodedata.normalize("NFKC", _UNSEEN.sub("", line)).replace("\u3002", ".")
    return _ADDRESS.search(line) is not None


def clean_line(value: str | None) -> str:
    """One line without control characters or line separators: a name, a title, a subject."""
    value = _normal(value or "")
    return " ".join(_UNSAFE.sub("", value.replace("\u2028", " ").replace("\u2029", " ")).split())


def clean_text(value: str | None) -> str:
    """Several lines without control characters; line ends become newlines."""
    value = _normal(value or "")
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _UNSAFE.sub("", value).strip()


def _normal(value: str) -> str:
    """NFC, with at most 30 marks on one character (UAX 15, stream-safe text): more stand in no language."""
    return unicodedata.normalize("NFC", value if value.isascii() else _PILE.sub(r"\1", value))


@lru_cache(maxsize=4096)
def render_markdown(source: str) -> Markup:
    """Safe HTML of CommonMark: raw HTML off, then an allow-list. Headings begin at the third level.

    A table takes the focus: where it is wider than the page it scrolls, also by keyboard. A text that would take too
    much work is shown as it was written.
    """
    try:
        rendered = (_reader if _may_hold_tables(source) else _without_tables).html(source, MOST_STEPS)
    except TooMuch:
        return _as_written(source)
    rendered = re.sub(r"<(/?)h([1-6])>", lambda m: f"<{m[1]}h{min(5, int(m[2]) + 2)}>", rendered)
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel="nofollow ugc noopener",
        url_schemes={"http", "https", "mailto"},
    )
    return Markup(clean.replace("<table>", '<table tabindex="0">'))


def _may_hold_tables(source: str) -> bool:
    bars, lines = source.count("|"), source.count("\n")
    if not bars or bars + lines > MOST_CELLS:
        return not bars
    cells = width = 0
    for line in source.split("\n"):
        if "|" in line and _OF_A_HEAD.issuperset(line):
            width = max(width, line.count("|"))
        elif not line.strip():
            width = 0
        cells += width
    return cells <= MOST_CELLS


def _as_written(source: str) -> Markup:
    """Its paragraphs and lines, with all its signs."""
    paragraphs = (str(escape(part)).replace("\n", "<br>\n") for part in re.split(r"\n{2,}", source) if part.strip())
    return Markup("".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs))


@lru_cache(maxsize=8192)
def plain(source: str) -> str:
    """The words of a Markdown text, on one line."""
    return " ".join(nh3.clean(str(render_markdown(source)), tags=set()).split()) if source else ""


@lru_cache(maxsize=8192)
def slug(title: str) -> str:
    """A title as part of an address: at most 80 letters, whole words; empty where it has none that fit."""
    return slugify(title, max_length=80, word_boundary=True)


def excerpt(source: str, length: int) -> str:
    """The first words, at most `length` characters, ending at a word with an ellipsis. Plain text."""
    words = html.unescape(plain(source[: length * 6]))
    if len(words) <= length:
        return words
    return words[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
