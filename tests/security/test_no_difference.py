"""What one may not see answers as what there is not: status, headers and body, so that nobody learns it is there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from tests.security.target import PRINCIPALS, Target
from tests.security.test_routes import ROWS, Row

SECRET = re.compile(r"\{(private|hidden|taken|note|draft|private_picture|hidden_picture|note_picture|draft_picture)\}")
# Behind these nobody but staff learns what there is, whatever the number.
STAFFS = re.compile(r"\{(draft|partner|status|board|hidden|dead|stuck|fax|idea|private|double_shift|own|dark_mode)\}")
OUTSIDERS = ("visitor", "member", "suspended")
# What differs between two answers to one request anyway.
OWN = {"date", "x-request-id", "server-timing", "content-length", "set-cookie"}
TOKEN = re.compile(r"[\w-]{150,}=*")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def nothing(text: str, names: re.Pattern[str]) -> str:
    """The same request for what there is not."""
    return names.sub(lambda found: f"1{{{found[1]}}}" if "picture" in found[1] else "{nothing}", text)


def unseen() -> Iterator[tuple[str, Row]]:
    """Each request that answers 404 for what is there but not for this one."""
    for row in ROWS:
        for who, answer in zip(PRINCIPALS, row.answers, strict=True):
            if answer == "404" and SECRET.search(row.path + row.form) and row.endpoint != "accounts.set_up":
                yield who, row


def of_staff() -> Iterator[tuple[str, Row]]:
    """Each request of the console that names something, by those whom the console refuses."""
    for row in ROWS:
        if row.endpoint.startswith("admin.") and STAFFS.search(row.path + row.form):
            yield from ((who, row) for who in OUTSIDERS)


def said(target: Target, who: str, row: Row, headers: dict[str, str]) -> tuple[int, dict[str, str], set[str], str]:
    """All that somebody can tell from an answer, without the number that they sent themselves."""
    answer = row.send(target, who, {"csrf_token": target.csrf_token()}, headers)
    kept = {name.lower(): _plain(target, value) for name, value in answer.headers if name.lower() not in OWN}
    return answer.status_code, kept, cookies(answer), _plain(target, answer.text)


def cookies(answer: TestResponse) -> set[str]:
    return {value.partition("=")[0] for value in answer.headers.getlist("Set-Cookie")}


def _plain(target: Target, text: str) -> str:
    """Without the token, which differs each time, and what was asked for."""
    numbers = sorted((str(target.facts[name]) for name in _named()), key=len, reverse=True)
    return re.sub(rf"\b1?(?:{'|'.join(map(re.escape, numbers))})\b", "N", TOKEN.sub("~", unquote(text)))


def _named() -> set[str]:
    found = (SECRET.findall(row.path + row.form) + STAFFS.findall(row.path + row.form) for row in ROWS)
    return {name for names in found for name in names} | {"nothing"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(("who", "row"), list(unseen()), ids=lambda value: str(value))
def test_what_one_may_not_see_answers_as_what_there_is_not(
    target: Target, who: str, row: Row, headers: dict[str, str]
) -> None:
    other = replace(row, path=nothing(row.path, SECRET), form=nothing(row.form, SECRET))
    assert said(target, who, row, headers) == said(target, who, other, headers)


@pytest.mark.parametrize(("who", "row"), list(of_staff()), ids=lambda value: str(value))
def test_the_console_tells_outsiders_nothing_of_what_it_holds(target: Target, who: str, row: Row) -> None:
    other = replace(row, path=nothing(row.path, STAFFS), form=nothing(row.form, STAFFS))
    assert said(target, who, row, {}) == said(target, who, other, {})
