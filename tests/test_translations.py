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


def test_the_french_fills_the_same_gaps() -> None:
    wrong = []
    for message in FRENCH:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(re.findall(r"%\((\w+)\)s", ids[-1]))
        for string in strings(message):
            found = set(re.findall(r"%\((\w+)\)s", string))
            if found != wanted and found | {"num"} != wanted:
                wrong.append(string)
    assert not wrong


RULES = (
    ("write ’", re.compile(r"'")),
    ("U+202F before ? ! ;", re.compile(r"[^\u202f\s?!][?!]|[ \u00a0][?!;]")),
    ("U+00A0 before a colon", re.compile(r"[^\u00a0]:(?=\s|$)")),
    ("U+00A0 inside « »", re.compile(r"«[^\u00a0]|[^\u00a0]»")),
    ("no middle dots", re.compile(r"·e")),
)


@pytest.mark.parametrize(("rule", "broken"), RULES, ids=[rule for rule, _ in RULES])
def test_the_french_has_its_spaces_and_signs(rule: str, broken: re.Pattern[str]) -> None:
    def words(string: str) -> str:
        return re.sub(r"%\(\w+\)s|https?://\S+|\d:\d|`[^`]*`", "x", string)

    assert not [string for message in FRENCH for string in strings(message) if broken.search(words(string))], rule


def test_english_uses_typographic_apostrophes() -> None:
    straight = [m.id for m in FRENCH if re.search(r"\w'\w", m.id if isinstance(m.id, str) else m.id[0])]
    assert not straight
