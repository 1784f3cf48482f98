"""Nobody votes for an issue: wherever it is spoken of, people have it too."""

import re

import pytest

from portal.comments.models import Comment
from portal.ideas.rewriting import rewrite
from portal.ideas.statuses import Status
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.voting.setting_aside import put_back, set_aside
from tests.changelog.releases import published
from tests.conftest import act
from tests.privacy.held import page_in, taken_along

OF_IDEAS = re.compile(
    r"\b(votes?|voted|voting|voter|voté|votez|support(?:s|ers?)?|soutien\w*|wants? this|propos\w+|shap\w+|façonn\w+|"
    r"(?:this|the) idea|(?:cette |l’)idée)\b",
    re.I,
)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def issue(double_shift):
    return double_shift


def spoken(words):
    return OF_IDEAS.findall(re.sub(r"https?://\S+", "", words))


def of_ideas(page):
    return spoken(page.text)


def place(issue, *more):
    return "/".join((f"/ideas/{issue.id}", *more))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_its_page_speaks_as_an_issue_to_everybody(browser, tom, sofia, yuki, issue, lang):
    with act():
        said = Comment.post(issue, "It happens with two splits a day as well.", by=tom)
        said.mark_as_shaping(True, by=yuki)
    for someone in (browser(lang=lang), browser(sofia, lang=lang), browser(tom, lang=lang), browser(yuki, lang=lang)):
        page = someone.get(f"{place(issue)}?lang={lang}")
        assert page.status == 200 and of_ideas(page) == []
        assert of_ideas(someone.get(place(issue, "vote"))) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_who_writes_about_it_reads_of_an_issue(browser, tom, sofia, yuki, lea, issue, lang):
    """Changing it and commenting on it: its author, staff, and who said something that helps."""
    with act():
        said = Comment.post(issue, "It happens with two splits a day as well.", by=tom)
        said.mark_as_shaping(True, by=lea)
        reply = Comment.post(issue, "Here too.", by=sofia, parent=said)
    for someone in (yuki, lea):
        assert of_ideas(browser(someone, lang=lang).get(place(issue, "edit"))) == []
    here = browser(tom, lang=lang)
    for where in (
        place(issue, "comments", "new"),
        f"/comments/{said.id}/delete",
        f"/comments/{reply.parent_id}/replies",
    ):
        page = here.get(where)
        assert page.status == 200 and of_ideas(page) == []


@pytest.mark.jobs
def test_who_changes_it_again_reads_when_others_hear_of_it(browser, yuki, issue, run_jobs):
    here = browser(yuki)
    for title in ("Breaks are counted as hours", "The night is missing from the export"):
        done = here.submit(here.get(place(issue, "edit")), "main form.form", title=title)
        run_jobs()
    assert "Those who have it are told on" in done.find("[data-flash]").get_text()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_staff_read_who_has_it(browser, lea, tom, issue, lang):
    with act():
        set_aside(issue, [tom.id], by=lea, reason="Five accounts within a minute.")
    page = browser(lea, lang=lang).get(f"/admin/ideas/{issue.id}/votes")
    page.find("nav.crumb").extract()  # names the part of moderation
    assert page.status == 200 and of_ideas(page) == []


def test_a_reported_comment_is_said_to_be_on_an_issue(browser, hugo, tom, sofia, issue):
    with act():
        flag(Comment.post(issue, "Buy cheap watches", by=tom), by=sofia, reason=Reason.SPAM)
    page = browser(hugo).get("/admin/moderation").find(".inbox").get_text(" ")
    assert page.count("Comment on an issue") == 2 and "Comment on an idea" not in page


def test_a_filter_of_issues_that_finds_none_speaks_of_issues(browser):
    page = browser().get("/?kind=issue&status=shipped")
    assert "No issue fits this filter." in page.text and "idea is missing" not in page.text


def test_the_steps_of_an_issue_are_named_so(browser, issue, dark_mode):
    for idea, said in ((issue, "Progress of this issue"), (dark_mode, "Progress of this idea")):
        assert browser().get(place(idea)).find("ol.journey")["aria-label"] == said


def test_who_has_it_too_is_asked_how_much_it_hurts(browser, sofia, issue):
    here = browser(sofia)
    answer = here.post(place(issue, "vote"), {"voted": 1, "shape": "slip"}, headers=HTMX)
    assert "You have it too: 4 people have it." in answer.find("[data-announce]")["data-announce"]
    assert "You have it too" in answer.find("button[aria-pressed=true]").get_text()
    slip = here.get(place(issue)).find(f"#slip-{issue.id}").get_text(" ")
    assert "How much does it hurt?" in slip and "I cannot work" in slip and "help" not in slip


def test_its_ticket_and_its_like_speak_so_too(browser, sofia, issue):
    listed = browser(sofia).get("/?kind=issue").find(f'[data-idea="{issue.id}"] .stub')
    assert " ".join(listed.get_text(" ").split()) == f"3 have it . Say that you have “{issue.title}” too"
    found = browser(sofia).get("/ideas/similar?kind=issue&title=split+shift+counted+twice").find(".dups, main")
    assert "I have this too" in found.get_text() and not spoken(found.get_text())


def test_a_visitor_confirms_that_they_have_it(browser, issue, run_jobs, mailbox):
    here = browser()
    here.submit(here.get(place(issue, "vote")), email="new@example.com")
    run_jobs()
    message = mailbox.to("new@example.com")[0]
    assert message["Subject"] == f"Confirm: Say that you have “{issue.title}” too"
    assert "3 people have it" in mailbox.text(message) and not spoken(mailbox.text(message))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_of_the_code_speaks_so(browser, issue, lang):
    here = browser(lang=lang)
    page = here.submit(here.get(place(issue, "vote")), email="new@example.com")
    assert page.path == "/sign-in/code" and of_ideas(page) == []
    assert {"en": "I have this too", "fr": "Moi aussi"}[lang] in page.find("#code-form .btn").get_text()


def test_in_french_a_visitor_is_asked_the_same_of_ideas_and_issues(browser, issue, dark_mode):
    for idea in (issue, dark_mode):
        asked = browser(lang="fr").get(place(idea, "vote"))
        assert asked.heading == "Où vous écrire quand il y aura du nouveau ?"


def test_a_closed_one_says_so(browser, tom, sofia, lea, issue):
    with act():
        issue.change_status(Status.first("issue", "declined"), by=lea, reason="It is meant so.")
    refused = browser(sofia).post(place(issue, "vote"), {"voted": 1})
    assert refused.status == 422 and of_ideas(refused) == []
    assert of_ideas(browser(tom).get(place(issue))) == []


def everything_that_happens_to_an_issue(issue, lea, tom, aicha):
    said = Comment.post(issue, "It happens with two splits a day as well.", by=tom)
    said.mark_as_shaping(True, by=lea)
    set_aside(issue, [tom.id], by=lea, reason="Five accounts within a minute.")
    put_back(issue, [tom.id], by=lea)
    set_aside(issue, [aicha.id], by=lea, reason="Five accounts within a minute.")
    issue.respond("We see it, too.", by=lea)
    for kind in ("planned", "started"):
        issue.change_status(Status.first("issue", kind), by=lea)
    rewrite(issue, "Breaks are counted as hours", "All of them.", by=lea, at_once=True)


@pytest.mark.jobs
def test_what_people_are_told_of_it_speaks_so(browser, tom, aicha, yuki, lea, issue, run_jobs, mailbox):
    with act():
        everything_that_happens_to_an_issue(issue, lea, tom, aicha)
    release = published(lea, issue)
    run_jobs()
    for person in (tom, aicha, yuki):
        read = [f"{message['Subject']} {mailbox.text(message)}" for message in mailbox.to(person)]
        assert read and [spoken(words) for words in read] == [[] for _ in read]
        page = browser(person).get("/notifications")
        for ideas in page.soup.select(".way"):
            ideas.decompose()
        assert of_ideas(page) == []
    assert of_ideas(browser(aicha).get(place(issue, "vote", "set-aside"))) == []
    assert of_ideas(browser(tom).get(f"/changelog/{release.id}")) == []
    assert "reported it" in browser(yuki).get("/people/yuki-tan").find("aside").get_text()
    parts = page_in(taken_along(browser(aicha))).select_one("section#credits").get_text(" ")
    assert "Cela vous arrivait aussi" in parts


def test_the_picture_that_is_shared_speaks_so(browser, lea, issue):
    with act():
        issue.change_status(Status.first("issue", "planned"), by=lea)
    head = browser().get(place(issue)).soup.find("meta", property="og:image:alt")["content"]
    assert "People who have it: 3." in head and "Votes" not in head
