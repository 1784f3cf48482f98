"""What the length of an answer tells: no compressed page repeats a secret, nor what was asked beside what is private."""

import base64
import json
from collections.abc import Iterator

import brotli
import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from portal.web.tokens import unmasked
from tests.security.target import PRINCIPALS, TOKEN, Target
from tests.security.test_routes import ROWS, Row, acting

READS = [row for row in ROWS if row.method == "GET"]
KNOWN = [who for who in PRINCIPALS if who != "visitor"]
OURS = {"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"}
GUESS = "said-by-nobody-of-us"
# The token of these sessions as Flask-WTF writes it: what is signed stands at its beginning.
SIGNED = base64.urlsafe_b64encode(json.dumps(TOKEN).encode()).rstrip(b"=")


def is_compressed(answer: TestResponse) -> bool:
    return "Content-Encoding" in answer.headers


def read(answer: TestResponse) -> bytes:
    return brotli.decompress(answer.data) if is_compressed(answer) else answer.data


def got(target: Target, row: Row, query: str = "", **headers: str) -> Iterator[tuple[str, TestResponse]]:
    """What everybody who is signed in gets for this address, with more in its query."""
    path = row.path.format(**target.facts)
    path += ("&" if "?" in path else "?") + query if query else ""
    for who in KNOWN:
        yield who, target.client(who).get(path, headers={**OURS, **headers}, buffered=True)


@pytest.mark.parametrize("row", READS, ids=str)
def test_no_answer_shows_a_token_without_its_mask(standing_target: Target, row: Row) -> None:
    standing_target.restore()
    for who, answer in got(standing_target, row):
        text = read(answer)
        assert SIGNED not in text and TOKEN.encode() not in text, who
        shown = {str(field["value"]) for field in BeautifulSoup(text, "html.parser").select("[name=csrf_token]")}
        assert len(shown) <= 1 and all(unmasked(token).startswith(SIGNED.decode()) for token in shown), who


@pytest.mark.parametrize("row", READS, ids=str)
def test_what_was_asked_is_compressed_beside_nothing_private(standing_target: Target, row: Row) -> None:
    standing_target.restore()
    for who, answer in got(standing_target, row, f"words={GUESS}"):
        for_everybody = answer.headers["Cache-Control"].startswith("public")
        assert for_everybody or not is_compressed(answer), who


@pytest.mark.parametrize("row", READS, ids=str)
def test_what_another_site_asks_for_is_compressed_for_nobody_who_is_known(standing_target: Target, row: Row) -> None:
    standing_target.restore()
    for who, answer in got(standing_target, row, **{"Sec-Fetch-Site": "cross-site"}):
        assert answer.headers["Cache-Control"].startswith("public") or not is_compressed(answer), who


def test_no_form_that_is_shown_again_is_compressed(target: Target) -> None:
    for row, who in acting():
        assert not is_compressed(row.send(target, who, {"words": GUESS}, OURS)), row
