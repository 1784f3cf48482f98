"""What the length of an answer tells: what was asked is compressed beside nothing private, whoever asks for it."""

import pytest
from werkzeug.test import TestResponse

from tests.security.target import Target
from tests.security.test_routes import ROWS, Row, acting

READS = [row for row in ROWS if row.method == "GET"]
# Who sees what is theirs, and who sees nearly all.
KNOWN = ("author", "admin")
OURS = {"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"}
GUESS = "said-by-nobody-of-us"


def is_compressed(answer: TestResponse) -> bool:
    return "Content-Encoding" in answer.headers


def is_for_everybody(answer: TestResponse) -> bool:
    return answer.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("row", READS, ids=str)
def test_what_was_asked_is_compressed_beside_nothing_private(standing_target: Target, row: Row) -> None:
    standing_target.restore()
    path = row.path.format(**standing_target.facts)
    more = f"{path}{'&' if '?' in path else '?'}words={GUESS}"
    for who in KNOWN:
        repeats = standing_target.client(who).get(more, headers=OURS, buffered=True)
        assert is_for_everybody(repeats) or not is_compressed(repeats), who
        elsewhere = {**OURS, "Sec-Fetch-Site": "cross-site"}
        asked_there = standing_target.client(who).get(path, headers=elsewhere, buffered=True)
        assert is_for_everybody(asked_there) or not is_compressed(asked_there), who


def test_no_form_that_is_shown_again_is_compressed(target: Target) -> None:
    for row, who in acting():
        assert not is_compressed(row.send(target, who, {"words": GUESS}, OURS)), row
