"""What `bin/run` starts, as strangers meet it: a vote goes through web server, queue and worker to its mail."""

import json
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from tests.launcher.test_serving import Run, children, gone, wait
from tests.mailbox import Mailbox

ADDRESS = "ada@example.org"


class Visitor:
    """Somebody at the address that people type: cookies are kept, redirects followed."""

    def __init__(self, portal: str) -> None:
        self.url = portal
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, url: str) -> BeautifulSoup:
        return self._open(urljoin(self.url, url))

    def submit(self, page: BeautifulSoup, **typed: str) -> BeautifulSoup:
        """Fill in the form of the page and send it."""
        form = page.select_one("main form[method=post]")
        assert isinstance(form, Tag), page.get_text(" ", strip=True)
        data = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
        for field in form.select("select[name]"):
            data[str(field["name"])] = str(field.select("option")[0]["value"])
        return self._open(urljoin(self.url, str(form["action"])), urlencode({**data, **typed}).encode())

    def comment(self, idea: BeautifulSoup, body: str) -> BeautifulSoup:
        """Send a comment as the page does where its scripts run: the answer is the thread, without a redirect."""
        form = idea.select_one("form.reply-box")
        assert form
        token = form.select("input[name=csrf_token]")[0]["value"]
        data = urlencode({"csrf_token": str(token), "body": body}).encode()
        return self._open(urljoin(self.url, str(form["action"])), data, {"HX-Request": "true"})

    def _open(
        self, url: str, data: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> BeautifulSoup:
        with self.opener.open(urllib.request.Request(url, data, dict(headers)), timeout=10) as answer:
            self.url = answer.url
            return BeautifulSoup(answer.read(), "html.parser")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "data", SEED="demo", WEB_WORKERS="2")
    yield run
    if run.process.poll() is None:
        run.process.terminate()
        run.process.wait(30)


def served(portal: Run, route: str) -> float:
    """How often a page was answered, as Prometheus reads it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    wanted = [line for line in lines if line.startswith("atelier_requests_total") and f'route="{route}"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in wanted)


def test_a_vote_by_mail_through_the_real_processes(portal: Run, tmp_path: Path) -> None:
    wait(lambda: portal.process.poll() is not None or "Ctrl-C stops everything" in portal.printed, 90)
    assert portal.process.poll() is None and portal.status() == 200, portal.printed
    started = children(portal.process.pid)
    mailbox = Mailbox(tmp_path / "data" / "outbox")

    visitor = Visitor(f"http://127.0.0.1:{portal.port}/")
    board = visitor.get("/")
    ticket = board.select_one("a.vote")
    assert ticket, "a visitor sees ideas to vote for"
    number = f"#{ticket['id']} .vote__n"
    before = int(board.select(number)[0].text)
    code_page = visitor.submit(visitor.get(str(ticket["href"])), email=ADDRESS)
    assert code_page.h1 and code_page.h1.text == "Six digits, and it counts"

    wait(lambda: mailbox.to(ADDRESS), 15)
    [message] = mailbox.to(ADDRESS)
    link = mailbox.link(message, "/sign-in/")
    confirm = visitor.get(link)
    assert int(Visitor(visitor.url).get("/").select(number)[0].text) == before
    visitor.submit(confirm, display_name="Ada Blake")
    board = visitor.get("/?sort=top")
    assert board.select(".menu__who")[0].text.strip() == "Ada Blake"
    idea = visitor.get(f"/ideas/{str(ticket['id']).removeprefix('vote-')}")
    assert idea.select(".slip__n strong")[0].text == str(before + 1)

    before = served(portal, "/healthz")
    assert [portal.status() for _ in range(20)] == [200] * 20
    assert {served(portal, "/healthz") for _ in range(6)} == {before + 20}, "whichever web process is asked"

    with ThreadPoolExecutor() as pool, closing(sqlite3.connect(tmp_path / "data" / "portal.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        comment = pool.submit(visitor.comment, idea, "Said while it stops.")
        time.sleep(1)
        portal.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        other.rollback()
        assert "Said while it stops." in comment.result().text, "what is being answered is answered"
    assert portal.process.wait(30) == 0, portal.printed
    wait(lambda: all(gone(pid) for pid in started))
    assert "Traceback" not in portal.printed, portal.printed
    logged = [json.loads(line) for line in portal.printed.splitlines() if line.startswith("{")]
    assert "/sign-in/<link_value>" in {line.get("route") for line in logged}, "the web server says what it served"
    assert "sent" in {line.get("state") for line in logged}, "the worker says what it sent"
    assert not [
        said for said in (ADDRESS, "Ada Blake", "Said while", link.rpartition("/")[2]) if said in portal.printed
    ]
