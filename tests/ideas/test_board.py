"""The board: what it lists and counts, in which order, page after page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import delete, event, select, update

from portal.accounts.models import User
from portal.changelog.models import Credit, Release, release_idea
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.notifications.models import Follow
from portal.voting.models import Vote
from portal.web.paging import slice_of
from tests.browser import Browser, Page
from tests.changelog.releases import said, unseen
from tests.conftest import act

pytestmark = pytest.mark.both

Browse = Callable[..., Browser]
HTMX = {"HX-Request": "true"}


def titles(page: Page) -> list[str]:
    return [found.get_text(strip=True) for found in page.soup.select(".tickets h3")]


def many(by: User, number: int, **values: Any) -> list[Idea]:
    """So many ideas, alike but for their titles."""
    with act():
        ideas = [Idea.propose(by, f"Wish number {n} of many") for n in range(number)]
        if values:
            db.session.execute(update(Idea).where(Idea.id.in_([i.id for i in ideas])).values(**values))
    return ideas


@contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_question_and_the_composer_come_first(visitor: Browser) -> None:
    page = visitor.get("/")
    assert page.heading == "What should Marée do next ?"
    composer = page.find("form#composer")
    assert composer["action"] == "/ideas/new" and composer["method"] == "get"
    assert page.has('form#composer input[name="title"]')


def test_a_visitor_gets_no_token_and_no_cookie(visitor: Browser) -> None:
    page = visitor.get("/")
    assert "csrf_token" not in page.html
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")


def test_private_and_hidden_ideas_are_neither_listed_nor_counted(
    browser: Browse, lea: User, camille: User, salary_leak: Idea, fax: Idea
) -> None:
    with act():
        fax.hide(by=lea, reason="Spam")
    for reader in (None, camille, lea):
        page = browser(reader).get("/?sort=new")
        assert salary_leak.title not in titles(page) and fax.title not in titles(page)
        assert page.find(".count").get_text().split()[0] == "6"


def test_top_puts_most_votes_first(visitor: Browser, copy_week: Idea, offline: Idea) -> None:
    assert titles(visitor.get("/?sort=top"))[:2] == [copy_week.title, offline.title]


def test_new_puts_the_youngest_first(visitor: Browser, dark_mode: Idea, rest_warning: Idea) -> None:
    assert titles(visitor.get("/?sort=new"))[:2] == [dark_mode.title, rest_warning.title]


def test_trending_follows_fresh_votes(visitor: Browser, tom: User, sofia: User, ines: User, dark_mode: Idea) -> None:
    with act():
        db.session.execute(update(Idea).values(heat=0.0))
        for voter in (tom, sofia, ines):
            Vote.cast(dark_mode, by=voter)
    assert titles(visitor.get("/"))[0] == dark_mode.title


def test_following_shows_what_a_member_follows_or_votes_for(
    browser: Browse, tom: User, lea: User, dark_mode: Idea, offline: Idea, swap: Idea, fax: Idea, salary_leak: Idea
) -> None:
    with act():
        followed = [(dark_mode, False), (swap, True), (fax, False), (salary_leak, False)]
        db.session.add_all(Follow(user_id=tom.id, idea_id=idea.id, muted=muted) for idea, muted in followed)
        fax.hide(by=lea, reason="Spam")
    shown = titles(browser(tom).get("/?sort=following"))
    assert dark_mode.title in shown and offline.title in shown
    assert not {swap.title, fax.title, salary_leak.title} & set(shown)


def test_visitors_have_no_tab_of_what_they_follow(visitor: Browser) -> None:
    assert "Following" not in visitor.get("/?sort=following").find(".seg").get_text()


def test_who_follows_nothing_is_told_what_to_do(browser: Browse, hugo: User) -> None:
    assert "You follow nothing yet." in browser(hugo).get("/?sort=following").text


def test_the_board_narrows_to_a_board_a_tag_a_status_and_a_kind(
    visitor: Browser, lea: User, offline: Idea, dark_mode: Idea, double_shift: Idea, swap: Idea, copy_week: Idea
) -> None:
    with act():
        offline.tag(["Phone"], by=lea)
    assert set(titles(visitor.get("/?board=mobile"))) == {offline.title, dark_mode.title}
    assert titles(visitor.get("/?tag=phone")) == [offline.title]
    assert titles(visitor.get("/?status=planned")) == [offline.title]
    assert set(titles(visitor.get("/?status=under_review&status=started"))) == {swap.title, copy_week.title}
    assert titles(visitor.get("/?kind=issue")) == [double_shift.title]
    assert titles(visitor.get("/?board=mobile&status=planned&tag=phone&kind=idea")) == [offline.title]


def test_the_filter_is_a_form_that_works_alone(visitor: Browser, offline: Idea) -> None:
    page = visitor.submit(visitor.get("/?sort=top"), "form.filter__panel", board="mobile", status="planned")
    assert titles(page) == [offline.title]
    assert page.find('.seg a[aria-current="true"]').get_text() == "Top"
    assert page.find(".chips").get_text(" ", strip=True).startswith("Mobile app Ideas Planned")


def test_tabs_keep_the_filter(visitor: Browser) -> None:
    links = [str(a["href"]) for a in visitor.get("/?board=mobile").soup.select(".seg a")]
    assert links == ["/?board=mobile", "/?sort=top&board=mobile", "/?sort=new&board=mobile"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("board=nowhere", "There is no such board."),
        ("tag=nothing", "There is no such tag."),
        ("status=eaten", "There is no such status."),
        ("kind=poem", "There are ideas and issues."),
        ("sort=backwards&status=%00", "There is no such status."),
    ],
)
def test_what_we_do_not_know_narrows_nothing_and_is_said(visitor: Browser, query: str, message: str) -> None:
    page = visitor.get(f"/?{query}")
    assert page.status == 200 and message in page.text
    assert len(titles(page)) == 7


def test_a_tag_that_only_private_issues_have_is_not_shown(browser: Browse, lea: User, salary_leak: Idea) -> None:
    with act():
        salary_leak.tag(["Payroll"], by=lea)
    assert "Payroll" not in browser().get("/").html
    assert "There is no such tag." in browser().get("/?tag=payroll").text


def test_nothing_fits_the_filter(visitor: Browser) -> None:
    assert "No idea fits this filter." in visitor.get("/?board=integrations&status=planned").text


def test_htmx_gets_only_the_results(visitor: Browser, offline: Idea) -> None:
    page = visitor.get("/?board=mobile", headers={"HX-Request": "true"})
    assert offline.title in page.html
    assert "<html" not in page.html and page.html.strip().startswith('<section id="results"')


def test_twenty_a_page_and_every_idea_once(browser: Browse, tom: User) -> None:
    many(tom, 50, votes_count=1, heat=0.0, created_at=now())
    for sort in ("trending", "top", "new", "following"):
        reader, seen = browser(tom), []
        page = reader.get(f"/?sort={sort}", headers=HTMX)
        total = int(page.find(".count").get_text().split()[0])
        while True:
            seen += titles(page)
            more = page.soup.select_one("#more a")
            if more is None:
                break
            assert len(titles(page)) == 20
            assert len(seen) < total, f"{sort}: the pages go in circles"
            page = reader.get(str(more["href"]), headers=HTMX)
        assert len(seen) == len(set(seen)) == total, sort


def test_no_page_is_longer_than_a_hundred(app: Flask) -> None:
    with act():
        db.session.add_all(Tag(name=f"Tag {n}", slug=f"tag-{n}") for n in range(101))
    assert len(slice_of(select(Tag), Tag.id, Tag.id, size=1_000).rows) == 100


def test_the_next_page_stays_where_it_was_while_votes_come_in(browser: Browse, tom: User, sofia: User) -> None:
    ideas = many(tom, 30)
    with act():
        for rank, idea in enumerate(ideas):
            db.session.execute(update(Idea).where(Idea.id == idea.id).values(votes_count=1000 - rank))
    first = browser().get("/?sort=top")
    second = titles(browser().get(str(first.find("#more a")["href"])))
    with act():
        for idea in ideas[:20]:
            Vote.cast(idea, by=sofia)
        Idea.propose(sofia, "A newcomer to the board")
    assert titles(browser().get(str(first.find("#more a")["href"])))[:10] == second[:10]


@pytest.mark.parametrize(
    "token", ["", "x", "%00", "W10", "WzEsIDFd", "WyJhIiwgMV0", "W05hTiwgMV0", "WzFlOTk5LCAxXQ", "🙂"]
)
def test_a_token_that_we_never_gave_shows_a_page_all_the_same(visitor: Browser, token: str) -> None:
    for sort in ("trending", "top", "new"):
        assert visitor.get(f"/?sort={sort}&after={token}").status == 200


@pytest.mark.parametrize("who", ["visitor", "member", "staff"])
def test_a_longer_board_costs_no_more_queries(
    app: Flask, browser: Browse, tom: User, lea: User, who: str, copy_week: Idea
) -> None:
    with act():
        for idea in db.session.scalars(db.select(Idea).where(Idea.kind == "idea")):
            idea.tag(["One", "Two"], by=lea)
    reader = browser({"visitor": None, "member": tom, "staff": lea}[who])
    reader.get("/")
    with counting() as few:
        assert len(titles(reader.get("/?sort=new"))) == 7
    many(lea, 20, status_id=copy_week.status_id)
    with counting() as many_:
        assert len(titles(reader.get("/?sort=new"))) == 20
    assert len(few) == len(many_), many_
    assert len(many_) < 22, many_


def test_a_declined_idea_says_why_in_the_list(visitor: Browser) -> None:
    assert "Why: Phones do this better, and nobody else asked." in visitor.get("/").text


def test_what_shipped_is_counted_and_its_people_are_shown(
    browser: Browse, lea: User, offline: Idea, yuki: User, tom: User
) -> None:
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=lea)
        release = Release(author=lea, texts=said("Offline schedules", fr="Plannings hors ligne"), published_at=now())
        db.session.add_all([release, *unseen(lea)])
        db.session.flush()
        db.session.execute(release_idea.insert().values(release_id=release.id, idea_id=offline.id))
        for user, role in ((tom, "proposer"), (yuki, "shaper"), (lea, "supporter")):
            db.session.add(Credit(release_id=release.id, idea_id=offline.id, user_id=user.id, role=role))
    page = browser().get("/")
    assert "1 has shipped so far" in page.find(".hero__sub").get_text()
    assert "Shaped by 2 people" in page.text
    assert "Offline schedules" in page.find(".rail").get_text() and "Nobody sees it" not in page.text
    assert "Plannings hors ligne" in browser(lang="fr").get("/").find(".rail").get_text()


def answered_after(*days: float, waiting: tuple[float, ...] = (), by: User) -> None:
    """The portal holds these ideas alone: some answered after so many days, some waiting for so many."""
    moment = now()
    with act():
        db.session.execute(delete(Idea))
        for number, (spent, done) in enumerate([*((d, True) for d in days), *((d, False) for d in waiting)]):
            idea = Idea.propose(by, f"Wish {number}", "Words about it.")
            idea.created_at = moment - timedelta(days=spent)
            if done:
                idea.answered_at, idea.waiting_since = moment, None


@pytest.mark.parametrize(
    ("days", "waiting", "said"),
    [
        ((0.2, 0.5, 0.6, 0.7, 0.9), (), "Three ideas in four have an answer within a day."),
        ((1, 1, 2, 2.5, 9), (), "Three ideas in four have an answer within 3 days."),
        ((1, 1, 2, 2.5), (0.5, 0.5, 0.5, 0.5), "Three ideas in four have an answer within 2 days."),
        ((1, 1, 2, 2.5), (4, 400), "Half of the ideas have an answer within 2 days."),
        ((1, 1, 2), (4, 400, 400, 400), ""),
        ((1, 1, 1), (900,) * 30, ""),
        ((30, 30, 30), (), "We promise an answer within 2 days."),
    ],
)
def test_the_usual_answer_is_measured_on_those_that_wait_too(
    visitor: Browser, tom: User, days: tuple[float, ...], waiting: tuple[float, ...], said: str
) -> None:
    answered_after(*days, waiting=waiting, by=tom)
    page = visitor.get("/")
    assert said in page.text
    assert bool(said) == bool(page.soup.select(".hero__sub"))


def test_how_long_a_private_issue_waited_tells_nobody_anything(visitor: Browser, tom: User) -> None:
    answered_after(1, 1, 1, 1, 1, by=tom)
    with act():
        for number in range(9):
            Idea.propose(tom, f"Leak {number}", is_private=True).created_at = now() - timedelta(days=300)
    assert "within a day" in visitor.get("/").text


@pytest.mark.parametrize(
    ("days", "waiting", "said"),
    [
        ((), (), "Within 2 days, here and by e-mail."),
        ((1, 1, 1, 1, 1), (), "Within 2 days, here and by e-mail."),
        ((5, 5, 5, 5, 5), (), "Usually within 5 days, here and by e-mail."),
        ((1,), (90, 90, 90, 90), "Here and by e-mail."),
        ((1, 1, 2, 2.5), (4, 400), "Here and by e-mail."),
    ],
)
def test_who_proposes_is_promised_what_is_kept(
    browser: Browse, tom: User, days: tuple[float, ...], waiting: tuple[float, ...], said: str
) -> None:
    answered_after(*days, waiting=waiting, by=tom)
    assert said in browser(tom).get("/ideas/new").find(".follows").get_text()


def test_what_holds_for_half_of_the_ideas_is_called_usual_nowhere(browser: Browse, tom: User) -> None:
    answered_after(1, 1, 2, 2.5, waiting=(4, 400), by=tom)
    here, words = browser(tom), {"title": "A printed rota for the wall", "seen_similar": "1"}
    done = here.post("/ideas", {"kind": "idea", **words})
    assert "Thank you. Our answer comes here and by e-mail." in done.find("[data-flash]").get_text()


def test_a_status_of_ideas_brings_no_issues(visitor: Browser, double_shift: Idea, dark_mode: Idea, lea: User) -> None:
    """Both kinds have a New, and what is planned of the one is confirmed of the other."""
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea)
        double_shift.change_status(Status.first("issue", "planned"), by=lea)
    page = visitor.get("/?status=planned")
    assert dark_mode.title in titles(page) and double_shift.title not in titles(page)
    assert f"{len(titles(page))} ideas" in page.find("#results .count").get_text()
    assert page.find("#status legend").get_text() == "Status of ideas"
    assert page.find("#kind option[selected]")["value"] == "idea"
    issues = visitor.get("/?status=planned&kind=issue")
    assert titles(issues) == [double_shift.title]
    assert issues.find("#status legend").get_text() == "Status of issues"


def test_the_list_says_why_it_holds_what_has_shipped(visitor: Browser, fax: Idea, dark_mode: Idea) -> None:
    page = visitor.get("/")
    assert fax.title in titles(page) and "What is done or declined stays in the list." in page.text
    page = visitor.get(str(page.find("#results .hint a")["href"]))
    assert fax.title not in titles(page) and dark_mode.title in titles(page)
    assert not page.has("#results .hint")


def test_a_member_sees_their_votes(browser: Browse, tom: User, swap: Idea, dark_mode: Idea) -> None:
    page = browser(tom).get("/")
    assert page.find(f"#vote-{swap.id} button")["aria-pressed"] == "true"
    assert page.find(f"#vote-{dark_mode.id} button")["aria-pressed"] == "false"


def empty_the_portal() -> None:
    with act():
        db.session.execute(delete(Idea))


def test_an_empty_board_gives_you_words_to_begin_with(browser: Browse, nora: User) -> None:
    empty_the_portal()
    page = browser().get("/")
    assert "Be the first. What slows you down every week?" in page.text
    prompts = page.soup.select('.empty a[href*="/ideas/new?title="]')
    assert len(prompts) == 3
    assert browser().get(str(prompts[0]["href"])).find("#title")["value"] == prompts[0].get_text()
    assert "Propose at least three ideas" not in page.text
    assert "Propose at least three ideas before you invite people." in browser(nora).get("/").text


def test_a_portal_without_an_admin_says_what_its_operator_does_next(visitor: Browser, app: Flask) -> None:
    empty_the_portal()
    with act():
        db.session.execute(delete(User))
    assert "flask setup" in visitor.get("/").text


def test_the_board_reads_in_french(browser: Browse) -> None:
    page = browser(lang="fr").get("/")
    assert page.find("html")["lang"] == "fr"
    assert page.heading == "Que devrait faire Marée ensuite ?"


def test_search_engines_and_sharing_know_the_page(visitor: Browser) -> None:
    page = visitor.get("/?sort=top&board=mobile")
    assert page.find('link[rel="canonical"]')["href"] == "http://127.0.0.1:8000/"
    assert page.find('meta[property="og:title"]')["content"] == "Ideas · Marée"
    assert {link["hreflang"] for link in page.soup.select("link[hreflang]")} >= {"en", "fr", "x-default"}
    assert page.find('link[type="application/atom+xml"]')["href"] == "/feed.atom?board=mobile"
    found = BeautifulSoup(page.html, "html.parser").find("script", type="application/ld+json")
    assert found is not None and '"WebSite"' in found.get_text()


def test_an_archived_board_shows_the_ideas_that_it_keeps(visitor: Browser, swap: Idea) -> None:
    with act():
        swap.board.closes_on = now().date()
        name = swap.board.name
    page = visitor.get(str(visitor.get(f"/ideas/{swap.id}").find(".crumb a:last-child")["href"]))
    assert swap.title in titles(page) and "There is no such board" not in page.text
    assert name in page.heading
    assert name not in [option.get_text() for option in visitor.get("/").soup.select("#board option")]


def test_the_board_that_is_looked_at_goes_along_into_the_form(visitor: Browser, offline: Idea) -> None:
    page = visitor.get("/?board=mobile")
    for link in (".tabs .add", ".composer__hint a", '.foot a[href*="kind=issue"]'):
        assert visitor.get(str(page.find(link)["href"])).find("#board option[selected]")["value"] == "mobile"
    assert page.find('.foot a[href*="feed.atom"]')["href"] == "/feed.atom?board=mobile"
    form = visitor.submit(page, "#composer", title="A siren for the kitchen")
    assert form.find("#board option[selected]")["value"] == "mobile"
    other = visitor.get(str(form.find(".seg a:last-child")["href"]))
    assert other.find("#board option[selected]")["value"] == "mobile" and "issue" in other.heading
    assert "board" not in str(visitor.get("/").find(".tabs .add")["href"])


def test_a_board_that_is_none_is_not_carried(visitor: Browser, app: object) -> None:
    assert visitor.get("/?board=nowhere").find(".composer [name=board]").has_attr("disabled")
    assert visitor.get("/ideas/new?board=nowhere").find("#board option[selected]")["value"] == ""
