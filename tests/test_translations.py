"""French and English are complete, and the French is French."""

import re

import pytest
from babel.messages.catalog import Message

from portal.i18n import LANGUAGES
from portal.translations import collect

CATALOGUES = {lang: [message for message in collect.read(lang) if message.id] for lang in LANGUAGES if lang != "en"}
FRENCH = CATALOGUES["fr"]
in_each = pytest.mark.parametrize("lang", CATALOGUES)


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


@in_each
def test_every_string_is_in_the_catalogue(lang: str) -> None:
    known = {message.id for message in CATALOGUES[lang]}
    asked = {message.id for message in collect.collected() if message.id}
    assert not asked - known, "run bin/translate, and write what is missing"
    assert not known - asked, "run bin/translate: these strings are not used any more"


@in_each
def test_every_string_is_translated(lang: str) -> None:
    assert not [message.id for message in CATALOGUES[lang] if not all(strings(message)) or message.fuzzy]


@in_each
def test_a_translation_fills_the_same_gaps(lang: str) -> None:
    wrong = []
    for message in CATALOGUES[lang]:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(re.findall(r"%\((\w+)\)s", ids[-1]))
        for string in strings(message):
            found = set(re.findall(r"%\((\w+)\)s", string))
            if found != wanted and found | {"num"} != wanted:
                wrong.append(string)
    assert not wrong


@in_each
def test_a_translation_is_a_sentence_where_the_other_is(lang: str) -> None:
    """No letter of one, as a plural that is given as one string comes to."""
    wrong = []
    for message in CATALOGUES[lang]:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wrong += [string for string in strings(message) if 4 * len(string) < max(map(len, ids))]
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
