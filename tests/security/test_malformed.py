"""Thousands of malformed requests, made from the routes and a seed: none of them breaks anything (no 5xx).

`ATTACKS=all` sends all ten thousand, and each odd header to every route.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, request
from flask.signals import got_request_exception
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.web.pages import one_click, takes_json
from tests.security.odd import BODIES, HEADERS, PARTS, PRESSED
from tests.security.target import PRINCIPALS, Target
from tests.security.test_routes import ROWS, Row

pytestmark = pytest.mark.both

ALL = os.environ.get("ATTACKS") == "all"
MANY = 10_000 if ALL else 1_000
SEED = 20_260
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "")
ODD = (
    "", "0", "-1", "1.5", "1e999", "NaN", "true", "null", "٣", "²", "9" * 30, str(2**31), str(2**63), "'", '"', "\\",
    "%",
    "%%", "%00", "\x00", "\n", "\r\nX: y", "\u2028", "\ud800", "\U0010ffff", "é", "İ", "..", "../../etc/passwd",
    "a" * 3_000,
    "{{7*7}}", "%(x)s", "{x}", "$x", "<x>", "a[]", "[", "]", "{}", "[1]", ";", "&", "=", "#", "?", "/", "//", "\t", " ",
    "1 OR 1=1", "'; DROP TABLE idea; --", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgMV0", "W251bGwsIDFd", "e30", "MQ",
    "9999-12-31", "0001-01-01T00:00:00+14:00", "trending", "idea", "en", "fr",
)  # fmt: skip
NAMES = (
    "after", "before", "from", "parent", "id", "upto", "q", "sort", "board", "tag", "status", "kind", "lang", "next",
    "title",
    "body", "email", "text", "queue", "idea", "hue", "chroma", "theme", "c", "url", "format", "maxwidth", "v", "kept",
    "section",
    "code", "link", "name", "position", "role", "ideas", "image", "images", "csrf_token", "state", "first", "x[y]",
    "", "é",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=b", "application/json",
    "text/plain", "multipart/form-data; boundary=" + "b" * 300, "x", "",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=b; charset=nothing",
)  # fmt: skip


class Attacker:
    """Makes requests that no browser sends, the same ones for the same seed."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target, self.dice = target, random.Random(seed)
        self.paths = [row.path.format(**target.facts) for row in ROWS]
        self.cookies = {who: target.client(who).get_cookie("atelier") for who in PRINCIPALS}
        self.token = target.csrf_token()

    def environ(self) -> dict[str, Any]:
        """One request as the server would hand it over."""
        row, dice = self.dice.randrange(len(ROWS)), self.dice
        path = (
            self._bent(self.paths[row].partition("?")[0]) if dice.random() < 0.4 else self.paths[row].partition("?")[0]
        )
        method = ROWS[row].method if dice.random() < 0.8 else dice.choice(METHODS)
        kind, body = self._body()
        environ = EnvironBuilder(path="/").get_environ()
        raw = path.encode("utf-8", "surrogatepass")
        environ |= {
            "REQUEST_METHOD": method, "PATH_INFO": raw.decode("latin-1"), "QUERY_STRING": self._query(),
            "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        }  # fmt: skip
        cookie = self.cookies[dice.choice(list(PRINCIPALS))]
        environ["HTTP_COOKIE"] = f"atelier={cookie.value}" if cookie else ""
        for name in dice.sample(list(HEADERS), dice.choice((0, 0, 1, 2, 4))):
            environ |= header(name, self._odd() if dice.random() < 0.5 else dice.choice(HEADERS[name]))
        return environ

    def _odd(self) -> str:
        return self.dice.choice(ODD) * self.dice.choice((1, 1, 1, 2, 5))

    def _bent(self, path: str) -> str:
        """An address with one of its parts replaced, doubled or cut."""
        parts = path.split("/")
        place = self.dice.randrange(len(parts))
        parts[place] = self.dice.choice(
            (self._odd(), parts[place] + self._odd(), parts[place][:-1], f"{parts[place]}/")
        )
        return "/" + "/".join(parts).lstrip("/")

    def _query(self) -> str:
        pairs = [(self.dice.choice(NAMES), self._odd()) for _ in range(self.dice.choice((0, 1, 1, 3)))]
        quoted = [f"{quote(n, errors='surrogatepass')}={quote(v, errors='surrogatepass')}" for n, v in pairs]
        loose = self.dice.choice(("", "", "", "&&=", "%", "%zz=%", "a" * 5_000))
        return "&".join(quoted) + loose

    def _body(self) -> tuple[str, bytes]:
        """A form that fits the row or not, in a coding that fits its name or not; half of them with a good token."""
        pairs = [(self.dice.choice(NAMES), self._odd()) for _ in range(self.dice.choice((0, 1, 3, 8)))]
        if self.dice.random() < 0.7:
            pairs.append(("csrf_token", self.token))
        if self.dice.random() < 0.7:
            quoted = [f"{quote(n, errors='surrogatepass')}={quote(v, errors='surrogatepass')}" for n, v in pairs]
            return TYPES[0] if self.dice.random() < 0.8 else self.dice.choice(TYPES), "&".join(quoted).encode()
        file = self.dice.choice(("", '; filename="a.png"', "; filename*=utf-8''%ff", '; filename="../../x\x00.php"'))
        parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"{file}\r\n\r\n{v}\r\n' for n, v in pairs]
        body = ("".join(parts) + self.dice.choice(("--b--\r\n", "--b", "", "--b--"))).encode("utf-8", "surrogatepass")
        return self.dice.choice(TYPES[2:3] * 3 + TYPES), body[: self.dice.choice((len(body), len(body), 7))]


def header(name: str, value: str) -> dict[str, str]:
    """A header as the server hands it over."""
    key = name.upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    return {key: value.encode("utf-8", "surrogatepass").decode("latin-1")}


class Asker:
    """Sends requests to an app, and remembers those that broke it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.broken: dict[str, str] = {}
        self.answers: dict[int, int] = {}
        self.cause: BaseException | None = None
        got_request_exception.connect(self._note, app)

    def ask(self, environ: dict[str, Any], about: str = "") -> int:
        """The status of the answer."""
        self.cause = None
        _body, status, _headers = run_wsgi_app(self.app, environ, buffered=True)
        code = int(status.split()[0])
        self.answers[code // 100] = self.answers.get(code // 100, 0) + 1
        # A format that oEmbed does not have is answered with 501, as its specification says.
        if code >= 500 and (code, environ["PATH_INFO"]) != (501, "/oembed"):
            asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']!r} {environ['QUERY_STRING']!r} {about}"
            self.broken[asked[:200]] = f"{code} {self.cause!r:.300}"
        return code

    def _note(self, _app: Flask, exception: BaseException) -> None:
        self.cause = exception


def request_of(target: Target, row: Row, who: str = "member") -> dict[str, Any]:
    """A row as a good request, with the token of the session where it is a form."""
    path, _, query = row.path.format(**target.facts).partition("?")
    data = {**row.fields(target), "csrf_token": target.csrf_token()} if row.method == "POST" else None
    environ = EnvironBuilder(path=path, query_string=query, method=row.method, data=data).get_environ()
    cookie = target.client(who).get_cookie("atelier")
    return environ | ({"HTTP_COOKIE": f"atelier={cookie.value}"} if cookie else {})


def one_a_route(method: str) -> Iterator[Row]:
    """The first row of each route."""
    seen: set[str] = set()
    for row in ROWS:
        if row.method == method and row.endpoint not in seen:
            seen.add(row.endpoint)
            yield row


@pytest.mark.parametrize("number", [str(2**31), str(2**63), "9" * 30])
def test_a_number_that_no_table_holds_is_no_address(target: Target, number: str) -> None:
    asker = Asker(target.app)
    for row in ROWS:
        path = row.path.format(**target.facts).partition("?")[0]
        odd = re.sub(r"(?<=/)\d+(?=[/-]|$)", number, path)
        if odd != path:
            environ = EnvironBuilder(path=odd, method=row.method).get_environ()
            assert asker.ask(environ) in (404, 405, 301, 308), odd
    assert not asker.broken


def test_no_malformed_request_breaks_anything(target: Target) -> None:
    attacker, asker = Attacker(target, SEED), Asker(target.app)
    for number in range(MANY):
        asker.ask(attacker.environ())
        # What changed so much that others cannot be asked any more is put back.
        if number % 250 == 249:
            target.restore()
    assert asker.broken == {}
    assert min(asker.answers.get(kind, 0) for kind in (2, 3, 4)) > MANY / 50, "they get as far as the views"


# A page that is kept, one for one person, a file in parts, a drawing, one with a secret of its own, a fragment.
READ = ("ideas.index", "voting.ask", "ideas.upload", "sharing.board")
READ += ("operations.metrics", "ideas.similar", "accounts.settings")
# An act that looks where somebody came from, and what mail programs post.
ACTS = ("voting.cast", "notifications.stop")


def asked_with(number: int) -> list[Row]:
    """The routes that get the odd header of this number: an act each time, and the pages in turn."""
    first = {row.endpoint: row for method in ("POST", "GET") for row in one_a_route(method)}
    return ROWS if ALL else [first[READ[number % len(READ)]], first[ACTS[number % 7 == 0]]]


def test_no_header_breaks_anything(target: Target) -> None:
    asker, good = Asker(target.app), {row: request_of(target, row, "author") for row in ROWS}
    odd = [(name, value) for name, values in HEADERS.items() for value in values]
    for number, (name, value) in enumerate(odd):
        for row in asked_with(number):
            body = {"wsgi.input": BytesIO(good[row]["wsgi.input"].getvalue())}
            asker.ask({**good[row], **body, **header(name, value)}, f"{name}: {value!r}")
        if ALL:
            target.restore()
    assert asker.broken == {}


@pytest.mark.parametrize("shape", BODIES)
def test_no_route_takes_a_body_that_is_no_form(target: Target, shape: str) -> None:
    """With a good token in a header, so that it is the body alone that is refused."""
    kind, body, status = BODIES[shape]
    asker, answers = Asker(target.app), {}
    with target.untouched():
        for row in one_a_route("POST"):
            environ = request_of(target, row, "admin")
            environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
            answers[str(row)] = asker.ask(environ | {"HTTP_X_CSRFTOKEN": target.csrf_token()})
    assert asker.broken == {}
    assert {row: code for row, code in answers.items() if code != status} == {}


def test_what_a_proxy_forwards_breaks_nothing(target: Target, made_again: Callable[..., Flask]) -> None:
    asker = Asker(made_again(PROXY_HOPS=1, PROPAGATE_EXCEPTIONS=False))
    for name in (name for name in HEADERS if name.startswith("X-Forwarded") or name in ("Host", "Forwarded")):
        for value in HEADERS[name]:
            for path in ("/", "/sign-in", "/nothing"):
                environ = EnvironBuilder(path=path).get_environ()
                asker.ask(environ | header(name, value), f"{name}: {value!r}")
    assert asker.broken == {}


def test_a_view_that_says_so_takes_json_and_no_other_does(made_again: Callable[..., Flask]) -> None:
    app = made_again()
    for path, mark in (("/takes", takes_json), ("/takes-not", lambda view: view)):
        app.add_url_rule(path, path, mark(one_click(lambda: str(request.get_json(silent=True)))), methods=["POST"])
    client = app.test_client()
    assert client.post("/takes", json=[1, 2]).text == "[1, 2]"
    assert client.post("/takes", data={"a": "b"}).status_code == 200
    assert client.post("/takes", data="a", content_type="text/plain").status_code == 415
    assert client.post("/takes-not", json=[1, 2]).status_code == 415


def test_what_is_no_form_gets_a_page_in_the_language_of_its_reader(made_again: Callable[..., Flask]) -> None:
    client = made_again().test_client()
    for lang, words in (("en", "This came as something other than a form"), ("fr", "n’est pas un formulaire")):
        answer = client.post("/sign-in", json={"email": 5}, headers={"Accept-Language": lang})
        assert answer.status_code == 415 and words in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("coding", ["gzip", "br", "x"])
def test_a_form_in_a_coding_is_not_read(target: Target, coding: str) -> None:
    answer = target.client("member").post(
        "/language",
        data=PRESSED,
        content_type="application/x-www-form-urlencoded",
        headers={"Content-Encoding": coding},
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("address", ["http://[e.example", "http://]", "http://[v1.x]:y/"])
def test_an_origin_that_is_no_address_is_another(target: Target, address: str) -> None:
    form, client = {"lang": "fr", "csrf_token": target.csrf_token()}, target.client("member")
    assert client.post("/language", data=form, headers={"Origin": address}).status_code == 400
    assert client.post("/language", data=form, headers={"Referer": address}).status_code == 303
    vote = {"voted": "1", "csrf_token": target.csrf_token()}
    came = client.post(f"/ideas/{target.facts['offline']}/vote", data=vote, headers={"Referer": address})
    assert came.status_code == 303 and came.headers["Location"].startswith("/ideas/")


@pytest.mark.parametrize("body", PARTS, ids=list(PARTS))
def test_a_form_in_odd_parts_breaks_nothing(target: Target, body: str) -> None:
    asker = Asker(target.app)
    for row in one_a_route("POST"):
        sent = PARTS[body].replace(b"TOKEN", target.csrf_token().encode())
        environ = request_of(target, row, "admin") | {"CONTENT_TYPE": "multipart/form-data; boundary=b"}
        asker.ask(environ | {"CONTENT_LENGTH": str(len(sent)), "wsgi.input": BytesIO(sent)}, body)
    assert asker.broken == {}


def test_files_in_the_place_of_words_break_nothing(target: Target) -> None:
    asker, token = Asker(target.app), target.csrf_token()
    for row in one_a_route("POST"):
        fields = {name: (BytesIO(b"x"), "a.png") for name in (*row.fields(target), *NAMES) if name}
        environ = EnvironBuilder(method="POST", data={**fields, "csrf_token": token}).get_environ()
        wanted = request_of(target, row, "admin")
        asker.ask(environ | {name: wanted[name] for name in ("PATH_INFO", "QUERY_STRING", "HTTP_COOKIE")})
    assert asker.broken == {}
