"""French and English are complete, and the French is French."""

import re

import pytest
from babel.messages.catalog import Message

from portal.translations import collect

FRENCH = [message for message in collect.read() if message.id]


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def test_every_string_is_in_the_french_catalogue() -> None:
    known = {message.id for message in FRENCH}
    asked = {message.id for message in collect.collected() if message.id}
    assert not asked - known, "run bin/translate, and write the French"
    assert not known - asked, "run bin/translate: these strings are not used any more"


def test_every_string_has_its_french() -> None:
    assert not [message.id for message in FRENCH if not all(strings(message)) or message.fuzzy]


@pytest.mark.parametrize("message", FRENCH, ids=lambda m: str(m.id)[:50])
def test_the_french_fills_the_same_gaps(message: Message) -> None:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    wanted = set(re.findall(r"%\((\w+)\)s", ids[-1]))
    for string in strings(message):
        found = set(re.findall(r"%\((\w+)\)s", string))
        assert found == wanted or (found | {"num"} == wanted), string


@pytest.mark.parametrize("message", FRENCH, ids=lambda m: str(m.id)[:50])
def test_the_french_has_its_spaces_and_signs(message: Message) -> None:
    for string in strings(message):
        words = re.sub(r"%\(\w+\)s|https?://\S+|\d:\d|`[^`]*`", "x", string)
        assert "'" not in words, f"write ’: {string}"
        assert not re.search(r"[^\u202f\s?!][?!]|[ \u00a0][?!;]", words), f"U+202F before ? ! ;: {string!r}"
        assert not re.search(r"[^\u00a0]:(?=\s|$)", words), f"U+00A0 before a colon: {string!r}"
        assert not re.search(r"«[^\u00a0]|[^\u00a0]»", words), f"U+00A0 inside « »: {string!r}"
        assert "·e" not in words, f"no middle dots: {string}"


def test_english_uses_typographic_apostrophes() -> None:
    straight = [m.id for m in FRENCH if re.search(r"\w'\w", m.id if isinstance(m.id, str) else m.id[0])]
    assert not straight
