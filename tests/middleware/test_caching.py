"""Public pages are kept for one second: the same for every visitor, nothing of anybody in them, and never older."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, Response
from sqlalchemy import update

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.middleware.caching import kept_for_a_second
from portal.middleware.keeper import Keeper
from portal.moderation.models import suspend
from portal.monitoring.metrics import registry
from portal.settings import Settings
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_browser(made_again: Callable[..., Flask], clock: Clock) -> Callable[..., Browser]:
    """Opens browsers on the same portal, which keeps pages as it does outside of tests.

    All members read English: what is kept for one language could not be mistaken for what is kept for another.
    """
    with act():
        db.session.execute(update(User).values(lang="en"))
    keeping = made_again()
    for name in ("kept_pages", "kept_facts"):
        keeping.extensions[name].clock = clock
    return lambda user=None, lang="en": Browser(keeping, user, lang)


@pytest.fixture
def at(offline: Idea, app: Flask) -> str:
    with app.test_request_context():
        return offline.url


def rename(idea: Idea, title: str, by: User) -> None:
    with act():
        idea.edit(title, idea.body, by=by)


Open = Callable[..., Browser]


def test_for_one_second_all_visitors_get_the_same_page(
    open_browser: Open, clock: Clock, offline: Idea, tom: User
) -> None:
    before = open_browser().get("/")
    rename(offline, "Read it without a signal", by=tom)
    clock.seconds += 0.7
    assert open_browser().get("/").html == before.html
    clock.seconds += 0.3
    assert "Read it without a signal" in open_browser().get("/").text


def test_each_request_for_a_kept_page_has_a_number_of_its_own(open_browser: Open) -> None:
    first, second = open_browser().get("/"), open_browser().get("/")
    assert first.html == second.html and first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_kept_page_has_the_headers_of_one_that_was_just_made(open_browser: Open, clock: Clock) -> None:
    first, second = open_browser().get("/"), open_browser().get("/")
    ours = {"X-Request-Id", "Date"}
    made, kept = ({name: value for name, value in page.headers if name not in ours} for page in (first, second))
    assert kept == made and "default-src 'none'" in kept["Content-Security-Policy"] and kept["Content-Length"]


def test_a_kept_page_is_given_under_the_portals_own_address_only(open_browser: Open, clock: Clock) -> None:
    assert open_browser().get("/").status == 200
    assert open_browser().get("/", headers={"Host": "evil.example"}).status == 400


def test_who_may_be_known_is_never_given_a_kept_page(
    open_browser: Open, clock: Clock, offline: Idea, tom: User
) -> None:
    visitor, remembered = open_browser(), open_browser()
    remembered.client.set_cookie("remember_token", "1")
    before = visitor.get("/").html
    rename(offline, "Read it without a signal", by=tom)
    assert "Read it without a signal" in remembered.get("/").text
    assert "Read it without a signal" in open_browser().get("/", headers={"Authorization": "Bearer x"}).text
    assert visitor.get("/").html == before


def test_each_kept_page_that_is_given_is_logged_and_counted(
    open_browser: Open, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def counted() -> float:
        return (
            registry().get_sample_value("atelier_requests_total", {"method": "GET", "route": "/", "status": "200"}) or 0
        )

    before = counted()
    with caplog.at_level("INFO", "portal.requests"):
        pages = [open_browser().get("/") for _ in range(2)]
    lines = [record for record in caplog.records if record.name == "portal.requests"]
    assert [line.route for line in lines] == ["/", "/"]  # type: ignore[attr-defined]
    assert lines[1].request_id == pages[1].headers["X-Request-Id"]  # type: ignore[attr-defined]
    assert counted() == before + 2


def test_a_page_is_as_old_as_the_oldest_of_what_it_says(open_browser: Open, clock: Clock, tom: User) -> None:
    """The number of ideas is kept from one page to the next: the next one is no younger for that."""

    def count(path: str) -> str:
        return open_browser().get(path).find("#results .count").get_text()

    before = count("/?sort=new")
    with act():
        Idea.propose(tom, "One idea more on the board")
    clock.seconds += 0.7
    assert count("/") == before
    clock.seconds += 0.3
    assert count("/") != before


def test_the_page_of_an_idea_is_kept_no_longer_either(
    open_browser: Open, clock: Clock, offline: Idea, tom: User, at: str
) -> None:
    assert "Count me in" not in open_browser().get(at).text
    with act():
        Comment.post(offline, "Count me in", by=tom)
    assert "Count me in" not in open_browser().get(at).text
    clock.seconds += 1
    assert "Count me in" in open_browser().get(at).text


def test_a_member_is_never_given_a_kept_page_and_leaves_none(
    open_browser: Open, clock: Clock, dark_mode: Idea, tom: User
) -> None:
    member, visitor = open_browser(tom), open_browser()
    assert member.get("/").has("[data-who] form[data-vote]")
    page = visitor.get("/")
    assert "csrf_token" not in page.html and tom.display_name not in page.find("header").get_text()
    assert "Set-Cookie" not in page.headers
    with act():
        Vote.cast(dark_mode, by=tom)
    assert member.get("/").find(f"#vote-{dark_mode.id} button")["aria-pressed"] == "true"
    assert visitor.get("/").html == page.html


def test_somebody_who_just_voted_sees_it_at_once(open_browser: Open, clock: Clock, dark_mode: Idea, ines: User) -> None:
    member = open_browser(ines)
    before = int(member.get("/").find(f"[data-votes='{dark_mode.id}']").get_text())
    after = member.post(f"/ideas/{dark_mode.id}/vote", {"voted": "1", "next": "/"})
    assert after.find(f"#vote-{dark_mode.id} button")["aria-pressed"] == "true"
    assert int(after.find(f"[data-votes='{dark_mode.id}']").get_text()) == before + 1


def test_each_language_and_each_form_of_the_page_is_kept_apart(open_browser: Open, clock: Clock) -> None:
    english, french = open_browser(), open_browser(lang="fr")
    for _ in range(2):
        assert english.get("/").find("html")["lang"] == "en"
        assert french.get("/").find("html")["lang"] == "fr"
        assert not english.get("/", headers={"HX-Request": "true"}).has("html")
        assert english.get("/?sort=new").has("nav.seg a[href='/?sort=new'][aria-current]")
    french.client.set_cookie("lang", "en")
    assert french.get("/").find("html")["lang"] == "en"


def test_an_address_with_words_of_somebody_elses_is_made_anew(open_browser: Open, clock: Clock) -> None:
    assert "campaign-of-tom" in open_browser().get("/?ref=campaign-of-tom").html
    assert "campaign-of-tom" not in open_browser().get("/").html
    assert "campaign" not in str(open_browser().app.extensions["kept_pages"].kept.keys())


def test_a_page_that_sets_a_cookie_is_not_kept(open_browser: Open, clock: Clock) -> None:
    for _ in range(2):
        page = open_browser().get("/?lang=fr")
        assert "lang=fr" in page.headers["Set-Cookie"] and page.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in open_browser().get("/").headers


def test_a_cookie_of_one_visitor_is_given_to_no_other(open_browser: Open, clock: Clock) -> None:
    """Whatever a view does: an answer that sets a cookie is for whoever asked."""
    portal, numbers = open_browser().app, iter(range(9))

    @kept_for_a_second()
    def numbered() -> Response:
        answer = Response("A page")
        answer.set_cookie("number", str(next(numbers)))
        return answer

    portal.view_functions["ideas.index"] = numbered
    given = [open_browser().client.get("/").headers["Set-Cookie"].partition(";")[0] for _ in range(2)]
    assert given == ["number=0", "number=1"]


def test_compressed_pages_go_only_to_who_can_read_them(open_browser: Open, clock: Clock) -> None:
    small = open_browser().client.get("/", headers={"Accept-Encoding": "br"})
    assert small.headers["Content-Encoding"] == "br"
    assert open_browser().client.get("/", headers={"Accept-Encoding": "br"}).data == small.data
    plain = open_browser().client.get("/")
    assert "Content-Encoding" not in plain.headers and b"</html>" in plain.data


def test_what_an_admin_renames_shows_a_second_later(open_browser: Open, clock: Clock) -> None:
    open_browser().get("/")
    with act():
        Settings.current().name = "Renamed"
    clock.seconds += 1
    assert "Renamed" in open_browser().get("/").text


def test_a_visitors_page_has_the_settings_of_a_second_ago_and_a_members_those_of_now(
    open_browser: Open, clock: Clock, tom: User
) -> None:
    open_browser().get("/")
    with act():
        Settings.current().name = "Renamed"
    assert "Renamed" not in open_browser().get("/roadmap").html
    assert "Renamed" in open_browser(tom).get("/roadmap").html
    clock.seconds += 1
    assert "Renamed" in open_browser().get("/changelog").html


def test_a_page_is_made_smaller_for_those_who_ask_again(open_browser: Open, clock: Clock) -> None:
    first = open_browser().client.get("/", headers={"Accept-Encoding": "br"})
    clock.seconds += 1
    again = open_browser().client.get("/", headers={"Accept-Encoding": "br"})
    assert len(again.data) < len(first.data)


def test_no_more_pages_are_kept_than_there_is_room_for() -> None:
    keeper = Keeper(most=5, seconds=1, clock=Clock())
    for number in range(20):
        keeper.keep((number,), "page", since=1000.0)
        assert len(keeper.kept) <= 5
    found = keeper.find((19,))
    assert found and found.thing == "page"


def test_one_reader_makes_a_page_anew_in_time_while_the_others_get_the_one_before(clock: Clock) -> None:
    keeper = Keeper(most=5, seconds=1, clock=clock)
    keeper.keep(("board",), "before", since=clock())
    clock.seconds += 0.9
    assert keeper.find(("board",)) is None
    others = keeper.find(("board",))
    assert others and others.thing == "before"
    keeper.keep(("board",), "after", since=clock())
    renewed = keeper.find(("board",))
    assert renewed and renewed.thing == "after"


def test_who_was_to_make_a_page_anew_and_did_not_keeps_nobody_on_the_old_one(clock: Clock) -> None:
    keeper = Keeper(most=5, seconds=1, clock=clock)
    keeper.keep(("board",), "before", since=clock())
    clock.seconds += 0.9
    assert keeper.find(("board",)) is None
    clock.seconds += 0.1
    assert keeper.find(("board",)) is None


def test_a_crowd_waits_for_the_one_of_them_who_makes_a_page_anew(clock: Clock) -> None:
    keeper = Keeper(most=5, seconds=1, clock=clock)
    before = keeper.keep(("board",), "before", since=clock())
    clock.seconds += 5
    assert keeper.find(("board",), patience=60) is None
    with ThreadPoolExecutor(4) as crowd:
        asked = [crowd.submit(keeper.find, ("board",), 60) for _ in range(4)]
        keeper.keep(("board",), "after", since=clock())
        before.renewed.set()
        found = [one.result() for one in asked]
    assert [one and one.thing for one in found] == ["after"] * 4


def test_nobody_waits_for_a_page_that_is_no_longer_kept(
    open_browser: Open, clock: Clock, offline: Idea, at: str, lea: User
) -> None:
    assert open_browser().get(at).status == 200
    [before] = open_browser().app.extensions["kept_pages"].kept.values()
    with act():
        offline.hide(lea, "Off topic.")
    clock.seconds += 1
    assert open_browser().get(at).status == 404 and before.renewed.is_set()
    assert open_browser().get(at).status == 404


class TestADiscussion:
    """Members who only read get what was drawn for any of them; nobody gets what was drawn for somebody else."""

    @pytest.fixture
    def said(self, offline: Idea, yuki: User) -> str:
        with act():
            Comment.post(offline, "The basement has no signal", by=yuki)
        return "The basement has no signal"

    def test_is_drawn_once_a_second_for_members_who_only_read(
        self, open_browser: Open, clock: Clock, offline: Idea, at: str, said: str, yuki: User, camille: User
    ) -> None:
        assert said in open_browser(camille).get(at).text
        with act():
            Comment.post(offline, "Nor has the kitchen", by=yuki)
        assert "Nor has the kitchen" not in open_browser(camille).get(at).text
        clock.seconds += 1
        assert "Nor has the kitchen" in open_browser(camille).get(at).text

    def test_shows_at_once_what_one_has_just_written(
        self, open_browser: Open, clock: Clock, offline: Idea, at: str, said: str, camille: User
    ) -> None:
        member = open_browser(camille)
        assert not member.get(at).has("#thread a[href$='/edit']")
        member.post(f"/ideas/{offline.id}/comments", {"body": "Count me in as well"})
        page = member.get(at)
        assert "Count me in as well" in page.text and page.has("#thread a[href$='/edit']")

    @pytest.mark.parametrize("first", ["the author", "whoever wrote", "staff"])
    def test_gives_nobody_the_tools_and_notes_of_whoever_read_it_before(
        self,
        open_browser: Open,
        clock: Clock,
        offline: Idea,
        at: str,
        said: str,
        first: str,
        yuki: User,
        lea: User,
        hugo: User,
        camille: User,
    ) -> None:
        with act():
            Comment.note(offline, "Their contract ends in May", by=lea)
        reader = {"the author": offline.author, "whoever wrote": yuki, "staff": hugo}[first]
        theirs = "#thread a[href$='/edit'], #thread form, #thread details, #thread .note"
        assert open_browser(reader).get(at).has(theirs)
        page = open_browser(camille).get(at)
        assert said in page.text and not page.has(theirs)
        assert open_browser(reader).get(at).has(theirs)

    def test_offers_no_reply_to_the_suspended(
        self, open_browser: Open, clock: Clock, at: str, said: str, camille: User, sofia: User, lea: User
    ) -> None:
        with act():
            suspend(sofia, by=lea, reason="Insults.")
        for _ in range(2):
            assert open_browser(camille).get(at).has("#thread a[href*='parent=']")
            assert not open_browser(sofia).get(at).has("#thread a[href*='parent=']")

    def test_of_a_hidden_idea_is_drawn_for_nobody_else(
        self, open_browser: Open, clock: Clock, offline: Idea, at: str, said: str, camille: User, lea: User
    ) -> None:
        assert open_browser(camille).get(at).status == 200
        with act():
            offline.hide(lea, "Off topic.")
        assert open_browser(camille).get(at).status == 404
        assert open_browser(offline.author).get(at).status == 200


def test_each_member_has_their_own_token_in_every_form_of_a_page(
    open_browser: Open, clock: Clock, camille: User, sofia: User
) -> None:
    seen = []
    for user in (camille, sofia, camille):
        page = open_browser(user).get("/")
        tokens = {str(field["value"]) for field in page.soup.select("main form[data-vote] [name=csrf_token]")}
        assert tokens and tokens == {str(page.find("header [name=csrf_token]")["value"])}
        assert "<!--" not in page.html
        seen.append(tokens)
    assert len({frozenset(tokens) for tokens in seen}) == 3


def test_a_vote_of_one_member_is_not_shown_as_anothers(
    open_browser: Open, clock: Clock, dark_mode: Idea, camille: User, sofia: User
) -> None:
    with act():
        Vote.cast(dark_mode, by=camille)
    for user, pressed in ((camille, "true"), (sofia, "false"), (camille, "true")):
        assert open_browser(user).get("/").find(f"#vote-{dark_mode.id} button")["aria-pressed"] == pressed


@pytest.mark.parametrize("path", ["/feed.atom", "/sitemap.xml"])
def test_a_feed_is_made_once_a_second(open_browser: Open, clock: Clock, path: str, tom: User) -> None:
    before = open_browser().get(path).response.data
    with act():
        idea = Idea.propose(tom, "Something new under the sun")
    assert open_browser().get(path).response.data == before
    clock.seconds += 1
    assert f"/ideas/{idea.id}-".encode() in open_browser().get(path).response.data
