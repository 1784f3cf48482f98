"""What changed between two versions of a text."""

import pytest

from portal.ideas.differences import differences

TEXTS = [
    ("", ""),
    ("", "New words"),
    ("Old words", ""),
    ("We open at nine.\nCome in.\n", "We open at ten, always.\nCome in.\nBring a friend."),
    ("a b c d", "a c d e"),
    ("word " * 9_000, "other " * 9_000),
]


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_both_versions_can_be_read_from_the_pieces(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == old


def test_only_the_changed_words_are_marked() -> None:
    changed = [
        (piece.kind, piece.text.strip()) for piece in differences("I need today only.", "I need today and tomorrow.")
    ]
    assert changed == [("same", "I need today"), ("del", "only."), ("ins", "and tomorrow.")]
