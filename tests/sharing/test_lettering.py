"""Words on share images fit their place, whatever people write."""

import pytest
from fontTools.ttLib import TTFont

from portal.sharing.lettering import FACES, FONTS, covered, cut, drawable, tracked, width, wrap

TITLE, WIDE, SIZES = "Atelier Title", 735, (76, 64, 52, 46)


def lines(text):
    size, rows = wrap(drawable(text), TITLE, WIDE, SIZES)
    assert len(rows) <= 3
    assert all(width(row, TITLE, size, tracked(TITLE, size)) <= WIDE + 1 for row in rows), rows
    return size, rows


@pytest.mark.parametrize("family", FACES)
def test_every_face_has_the_characters_that_we_say(family):
    font = TTFont(FONTS / FACES[family])
    assert covered() <= set(font.getBestCmap())
    assert font["name"].getDebugName(1) == family
    assert "fvar" not in font, "what draws the images reads no variable fonts"


def test_french_is_covered():
    assert set(map(ord, "àâäçéèêëîïôœùûüÿÀÉÈŒÇ«»’…–€\u00a0")) <= covered()


def test_a_short_title_is_large_and_a_long_one_small():
    assert lines("Undo")[0] == 76
    assert lines("Copy a week of shifts and keep the exceptions that we agreed on with everyone")[0] < 76


def test_lines_are_even_so_that_no_word_stands_alone():
    _size, rows = lines("Your schedule in every calendar")
    assert rows == ["Your schedule in", "every calendar"]


def test_what_is_too_long_ends_with_an_ellipsis():
    _size, rows = lines("When I prepare the schedule for the next month " * 4)
    assert rows[-1].endswith("…")


def test_a_word_of_120_letters_is_broken():
    size, rows = lines("Donaudampfschifffahrtsgesellschaft" * 4)
    assert (size, len(rows)) == (46, 3) and rows[-1].endswith("…")


def test_french_signs_never_begin_a_line():
    for words in range(1, 12):
        assert not [row for row in lines("Tout va bien " * words + "ici\u202f?")[1] if row.startswith("?")]


def test_what_the_letters_lack_is_left_out():
    assert drawable("Ship it 🎉 today") == "Ship it today"
    assert drawable("Việt Nam, čeština, Straße") == "Viet Nam, čeština, Straße"
    assert drawable("a\u202eb\x00c\nd") == "abc d"


@pytest.mark.parametrize("title", ["日本語のタイトル", "مرحبا بالعالم", "Привет, мир", "日本語 ok"])
def test_a_title_in_another_script_is_left_out_as_a_whole(title):
    assert drawable(title) == ""


def test_a_line_is_cut_at_a_word():
    assert cut("Not planned, and here is why", "Atelier Text", 29, 300) == "Not planned, and…"
