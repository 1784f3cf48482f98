"""What waits for one press is shown word for word: on the pages of the code and of the link, and in the mail."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail.defusing import defused
from portal.moderation.models import Flag
from portal.voting.models import Vote
from tests.accounts import letters
from tests.browser import Browser, Page
from tests.comments.discussion import picture
from tests.conftest import act
from tests.mailbox import Mailbox

Open = Callable[..., Browser]
ADA = "ada@example.org"
HOSTILE = "Buy at https://evil.example now, says <b>somebody else</b>"


def held(here: Browser, url: str, **fields: object) -> Page:
    """What somebody sends who types another's address: the page that asks for the code."""
    page = here.post(url, {"email": ADA, **fields})
    assert "mail" in page.text.lower() and page.path == "/sign-in/code"
    return page


def shown_everywhere(code_page: Page, here: Browser, mailbox: Mailbox, run_jobs: Callable[[], None]) -> list[str]:
    """The words of the three places where they must stand, spaces folded, and of the mail's two parts."""
    run_jobs()
    [message] = mailbox.to(ADA)
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    confirm = here.get(mailbox.link(message, "/sign-in"))
    texts = [code_page.text, confirm.text, mailbox.text(message).replace("\n> ", " "), html]
    return [re.sub(r"\s+", " ", text) for text in texts]


COMMENT = "First the words, then the trust.\n\nA second paragraph."


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_comment_is_shown_as_it_will_stand(
    browser: Open, offline: Idea, mailbox: Mailbox, run_jobs: Callable[[], None], lang: str
) -> None:
    here = browser(lang=lang)
    page = held(here, f"/ideas/{offline.id}/comments", body=COMMENT)
    for text in shown_everywhere(page, browser(lang=lang), mailbox, run_jobs):
        assert "First the words, then the trust." in text and "A second paragraph." in text
    assert db.session.scalar(select(Comment.id).where(Comment.body == COMMENT)) is None


def test_an_idea_is_shown_with_its_board_and_who_may_see_it(
    browser: Open, app: object, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    fields = {"kind": "idea", "title": "A siren for the kitchen", "body": "It **must** be loud.", "board": "team"}
    page = held(browser(), "/ideas", seen_similar="1", **fields)
    for text in shown_everywhere(page, browser(), mailbox, run_jobs):
        assert "A siren for the kitchen" in text and "be loud." in text
        assert "Team" in text and "Everybody" in text


def test_an_issue_is_shown_with_all_that_was_said(
    browser: Open, app: object, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    fields = {
        "kind": "issue", "title": "The siren is silent", "body": "I pressed it.", "expected": "A loud noise.",
        "version": "iPad 9", "severity": "blocking", "visibility": "private", "board": "",
    }  # fmt: skip
    page = held(browser(), "/ideas", seen_similar="1", **fields)
    for text in shown_everywhere(page, browser(), mailbox, run_jobs):
        for said in ("The siren is silent", "I pressed it.", "A loud noise.", "iPad 9", "I cannot work", "private"):
            assert said in text


def test_a_vote_is_shown_with_what_the_idea_asks(
    browser: Open, dark_mode: Idea, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    page = held(browser(), f"/ideas/{dark_mode.id}/vote", voted="1")
    for text in shown_everywhere(page, browser(), mailbox, run_jobs):
        assert dark_mode.title in text and "The screen is far too bright in a dim bar." in text


def test_a_report_is_shown_with_its_reason_and_words(
    browser: Open, fax: Idea, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    page = held(browser(), f"/ideas/{fax.id}/flag", reason="off_topic", words="Who still has a fax?")
    for text in shown_everywhere(page, browser(), mailbox, run_jobs):
        assert "Off topic" in text and "Who still has a fax?" in text and fax.title in text
    assert db.session.scalar(select(Flag.id)) is None


def test_a_reply_says_what_it_replies_to(browser: Open, offline: Idea, tom: User) -> None:
    with act():
        parent = Comment.post(offline, "Who else works underground?", by=tom)
        db.session.flush()
        id = parent.id
    page = held(browser(), f"/ideas/{offline.id}/comments", body="I do.", parent=str(id))
    assert "Who else works underground?" in page.text and "I do." in page.text


def test_pictures_are_shown_to_whoever_confirms_and_to_nobody_else(browser: Open, offline: Idea) -> None:
    here, elsewhere, owner = browser(), browser(), browser()
    page = held(here, f"/ideas/{offline.id}/comments", body="Look", images=[picture(), picture()])
    assert len(page.soup.select("main .pictures img")) == 2
    typed = str(page.find("main .pictures img")["src"])
    assert here.get(typed).status == 200 and elsewhere.get(typed).status == 404
    confirm = owner.get(letters.link(ADA))
    opened = str(confirm.find("main .pictures img")["src"])
    assert letters.latest(ADA).link_value not in page.html
    assert elsewhere.get(opened).status == 200 and elsewhere.get(f"{opened}x").status == 404
    owner.submit(confirm, display_name="Ada")
    assert elsewhere.get(opened).status == 404


def test_a_strangers_words_are_plain_text_in_the_mail(
    browser: Open, offline: Idea, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    held(browser(), f"/ideas/{offline.id}/comments", body=f"[Pay here](https://evil.example/pay)\n\n{HOSTILE}")
    run_jobs()
    [message] = mailbox.to(ADA)
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "[Pay here](" not in mailbox.text(message) and "[Pay here](" not in html
    assert defused("evil.example/pay") in html and not re.search(r'href="[^"]*evil', html)
    assert "&lt;b&gt;somebody else" in html
    quoted = [line for line in mailbox.text(message).splitlines() if "evil" in line]
    assert quoted and all(line.startswith("> ") for line in quoted)


def test_a_long_text_is_cut_in_the_mail_and_whole_on_the_page(
    browser: Open, offline: Idea, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    body = "\n\n".join(f"Paragraph {number} of many." for number in range(1, 60))
    page = held(browser(), f"/ideas/{offline.id}/comments", body=body)
    code, confirm, text, html = shown_everywhere(page, browser(), mailbox, run_jobs)
    assert "Paragraph 59 of many." in code and "Paragraph 59 of many." in confirm
    for part in (text, html):
        assert "Paragraph 2 of many." in part and "Paragraph 59 of many." not in part and "…" in part
        assert "The page shows all of it" in part


@pytest.mark.parametrize(("lang", "words"), [("en", "If this was not you, do nothing"), ("fr", "ne faites rien")])
def test_the_mail_says_to_do_nothing_if_it_was_somebody_else(
    browser: Open, offline: Idea, mailbox: Mailbox, run_jobs: Callable[[], None], lang: str, words: str
) -> None:
    held(browser(lang=lang), f"/ideas/{offline.id}/comments", body="Hello")
    run_jobs()
    [message] = mailbox.to(ADA)
    assert words in " ".join(mailbox.text(message).split())
    assert words in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("what", ["vote", "comment", "flag"])
def test_what_cannot_be_done_any_more_says_so_before_the_press(
    browser: Open, dark_mode: Idea, lea: User, mailbox: Mailbox, run_jobs: Callable[[], None], what: str
) -> None:
    sent = {"vote": ("vote", {}), "comment": ("comments", {"body": "Hello"}), "flag": ("flag", {"reason": "spam"})}
    path, fields = sent[what]
    here = browser()
    held(here, f"/ideas/{dark_mode.id}/{path}", **fields)
    with act():
        dark_mode.hide(by=lea, reason="A test")
    for page in (here.get("/sign-in/code"), browser().get(letters.link(ADA))):
        assert "no longer here" in page.text and dark_mode.title not in page.text
    run_jobs()
    assert "no longer here" in " ".join(mailbox.text(mailbox.to(ADA)[0]).split())
    here.submit(here.get(letters.link(ADA)), display_name="Ada")
    assert User.with_email(ADA) is not None
    assert not db.session.scalar(select(Vote.user_id).where(Vote.user_id == User.with_email(ADA).id))  # type: ignore[union-attr]


def test_a_vote_that_is_closed_by_now_says_so_before_the_press(browser: Open, dark_mode: Idea, lea: User) -> None:
    held(browser(), f"/ideas/{dark_mode.id}/vote")
    with act():
        dark_mode.change_status(Status.first("idea", "declined"), by=lea, reason="No.")
    page = browser().get(letters.link(ADA))
    assert "takes no more votes" in page.text and page.find("main form button").get_text(strip=True) == "Join"


def test_every_kind_that_is_held_can_be_shown(app: object) -> None:
    from portal.accounts.pending import CONFIRMABLE

    assert set(CONFIRMABLE) == {"vote", "idea", "issue", "comment", "flag"}
    assert all(callable(kind.show) for kind in CONFIRMABLE.values())
