"""Words that somebody typed as plain text, made so that Markdown shows them as they are: no mark in them is one."""

import re
from functools import lru_cache

# What opens or closes a mark wherever it stands; an entity, an address, and what is struck through.
_MARKS = re.compile(
    r"[\\`*_\[\]<>|]|~(?=~)|(?<=~)~|&(?=#?\w{1,31};)|(?<=https)?:(?=//)|(?<=\bwww)\.", re.IGNORECASE | re.ASCII
)
# What makes a line a heading, a list or a rule, where the words begin it.
_BEGINS = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)]))")


@lru_cache(maxsize=4096)
def literal(words: str) -> str:
    """These words on one line, for a text in Markdown (CommonMark 0.31.2, section 2.4)."""
    marked = _MARKS.sub(r"\\\g<0>", " ".join(words.split()))
    return _BEGINS.sub(_kept, marked)


def _kept(found: re.Match[str]) -> str:
    begin = found[0]
    return f"{begin}\\" if begin.isdigit() else f"\\{begin}"
