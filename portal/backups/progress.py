"""How far a long command has come: shown where standard error is a terminal, and never to a pipe, a file or cron."""

from typing import Any

from tqdm import tqdm


def bar(words: str, total: int, unit: str) -> "tqdm[Any]":
    """A bar that goes on with `update(n)` and is gone at its end; `unit` is what is counted, such as " rows"."""
    return tqdm(desc=words, total=total, unit=unit, unit_scale=True, leave=False, disable=None)
