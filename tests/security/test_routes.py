"""Every route, by everyone: what may be done is done, and what is refused changes nothing."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from werkzeug.test import TestResponse

from tests.edits import EDITS
from tests.security.target import PRINCIPALS, Target

TABLE = Path(__file__).with_name("routes.txt")
REFUSED = {"403", "404", "in"}


@dataclass(frozen=True)
class Row:
    """One request, and what each principal gets for it."""

    endpoint: str
    method: str
    path: str
    form: str
    answers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @classmethod
    def read(cls, line: str) -> "Row":
        endpoint, method, path, *rest = line.split()
        return cls(endpoint, method, path, "".join(rest[:-6]), tuple(rest[-6:]))

    def ask(self, target: Target, who: str) -> TestResponse:
        """Send it as this principal; whoever is refused has changed nothing."""
        with target.untouched() if self.reads(who) else nullcontext():
            return self.send(target, who, {"csrf_token": target.csrf_token()})

    def send(
        self, target: Target, who: str, more: dict[str, str], headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Send it as this principal, with more fields than the form of the row has."""
        path = self.path.format(**target.facts)
        shown = {"seen": target.seen(who, EDITS[self.endpoint], path)} if self.endpoint in EDITS else {}
        data = {**shown, **more, **self.fields(target)} if self.method == "POST" else None
        headers = {"Accept-Language": "en", **(headers or {})}
        return target.client(who).open(path, method=self.method, data=data, headers=headers, buffered=True)

    def fields(self, target: Target) -> dict[str, str]:
        return dict(parse_qsl(self.form.format(**target.facts), keep_blank_values=True))

    def reads(self, who: str) -> bool:
        """Whether nothing may be written when this principal asks."""
        return self.method == "GET" or self.answers[list(PRINCIPALS).index(who)] in REFUSED


ROWS = [Row.read(line) for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
# The one-click address of mails has a token of its own; the others act only with what a mail brought, or after one
# was asked for.
OTHERWISE = {"notifications.stop", "accounts.set_up", "accounts.enter_code", "accounts.correct_address"}


def acting() -> Iterator[tuple[Row, str]]:
    """Each route that changes things, once as the first and once as the last of those for whom it acts."""
    seen = set(OTHERWISE)
    for row in ROWS:
        acts = [who for who, answer in zip(PRINCIPALS, row.answers, strict=True) if answer not in {*REFUSED, "410"}]
        if row.method == "POST" and acts and row.endpoint not in seen:
            seen.add(row.endpoint)
            # Whoever is signed in already is led away from there.
            last = acts[0] if row.endpoint == "accounts.sign_in" else acts[-1]
            yield from ((row, who) for who in dict.fromkeys((acts[0], last)))


def short(answer: TestResponse) -> str:
    asks_to_sign_in = answer.status_code == 303 and answer.headers["Location"].partition("?")[0] == "/sign-in"
    return "in" if asks_to_sign_in else str(answer.status_code)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everyone_gets_what_is_theirs(target: Target, row: Row) -> None:
    got = {}
    for who in PRINCIPALS:
        got[who] = short(row.ask(target, who))
        if not row.reads(who):
            target.restore()
    assert got == dict(zip(PRINCIPALS, row.answers, strict=True))


def test_every_route_and_method_has_a_row(target: Target) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in target.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "goes_wrong"
    }
    rows = {(row.endpoint, row.method) for row in ROWS}
    assert routes - rows == set(), "add a row to tests/security/routes.txt"
    assert rows - routes == set(), "there is no such route any more"


def test_a_row_asks_the_route_that_it_names(target: Target) -> None:
    adapter = target.app.url_map.bind("127.0.0.1")
    for row in ROWS:
        path = row.path.format(**target.facts).partition("?")[0]
        assert adapter.match(path, method=row.method)[0] == row.endpoint, row
