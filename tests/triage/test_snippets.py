"""Ready phrases: staff write, order and delete them, and use them in answers."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.snippets import Snippet
from tests.admin.places import at
from tests.browser import Browser, Page
from tests.conftest import act

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
WORDS = {"name_en": "Thanks", "text_en": "Thank you, {author}.", "name_fr": "Merci", "text_fr": "Merci, {author}."}


def phrase(by: User, name: str = "Thanks", **texts: str) -> int:
    """A phrase that is there, and its id."""
    said = texts or {"en": "Thank you, {author}.", "fr": "Merci, {author}."}
    with act():
        made = Snippet.add(dict.fromkeys(said, name), said, by=by)
        return made.id


def names() -> list[str]:
    db.session.rollback()
    return [snippet.names["en"] for snippet in Snippet.in_order()]


def told() -> list[str]:
    """What became of phrases, as the audit has it."""
    db.session.rollback()
    events = select(Event).where(Event.action == Action.SNIPPET_CHANGED).order_by(Event.id)
    return [event.facts["what"] for event in db.session.scalars(events)]


def answer_of(page: Page) -> str:
    return page.find("#tool-response").get_text().strip()


def test_a_phrase_is_added_once_however_often_it_is_sent(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    opened = staff.get("/admin/snippets")
    assert "No phrase yet." in opened.text
    for _ in range(2):
        page = staff.submit(opened, "main form.form", **WORDS)
        assert page.status == 200
    assert [b.get_text() for b in page.soup.select(".list b")] == ["Thanks"]
    assert told() == ["added"]


@pytest.mark.parametrize(
    "words, field, message",
    [
        ({"name_en": ""}, "name_en", "Write a name"),
        ({"text_en": ""}, "text_en", "Write the phrase."),
        (
            {"text_fr": "Merci {auteur}"},
            "text_fr",
            "{auteur} is no field. Use one of these: {author} {title} {board} {status} {me}.",
        ),
        ({"text_en": "x" * 4001}, "text_en", "Shorten it to 4,000."),
    ],
)
def test_what_is_wrong_with_a_phrase_is_said_at_its_field(
    browser: Opens, hugo: User, words: dict[str, str], field: str, message: str
) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/snippets"), "main form.form", **{**WORDS, **words})
    assert page.status == 422 and message in page.find(f"#{field}-error").get_text()
    assert page.find("#name_fr")["value"] == "Merci" and not names()


def test_a_phrase_in_the_own_language_alone_will_do(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    staff.submit(staff.get("/admin/snippets"), "main form.form", name_en="Thanks", text_en="Thank you.")
    with act():
        offline.lang = "fr"
    page = staff.get(at(offline))
    assert page.find(".phrases a")["data-phrase"] == "Thank you."
    assert page.find(".phrases small")["lang"] == "en"


def test_phrases_are_ordered_and_an_order_that_changed_meanwhile_is_shown(
    browser: Opens, hugo: User, nora: User
) -> None:
    for name in ("A", "B", "C"):
        phrase(hugo, name)
    second = browser(nora)
    opened = second.get("/admin/snippets")
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/snippets"), "li:nth-of-type(3) form")
    assert page.status == 200 and names() == ["A", "C", "B"]
    page = second.submit(opened, "li:nth-of-type(1) form")
    assert page.status == 422 and "move once more" in page.html
    assert names() == ["A", "C", "B"] and told()[3:] == ["moved"]


def test_a_phrase_is_deleted_after_a_question(browser: Opens, hugo: User, offline: Idea) -> None:
    id = phrase(hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin/snippets/{id}/delete"), "main form")
    assert "The phrase is deleted." in page.html and not names()
    assert staff.get(f"/admin/snippets/{id}").status == 404
    assert staff.post(f"/admin/snippets/{id}/delete", {}).status == 200, "pressed twice"
    assert told() == ["added", "deleted"]
    page = staff.get(f"{at(offline)}?snippet={id}")
    assert page.status == 200 and not answer_of(page)


def test_what_was_typed_into_a_phrase_that_is_gone_can_be_added_anew(browser: Opens, hugo: User) -> None:
    id = phrase(hugo)
    staff = browser(hugo)
    opened = staff.get(f"/admin/snippets/{id}")
    with act():
        db.session.get_one(Snippet, id).delete(by=hugo)
    page = staff.submit(opened, "main form.form", text_en="Thank you all.")
    assert page.status == 422 and "Somebody deleted this phrase meanwhile." in page.text
    assert page.find("#text_en").get_text().strip() == "Thank you all."
    assert staff.submit(page, "main form.form").status == 200 and names() == ["Thanks"]


def test_the_audit_says_what_a_phrase_said(browser: Opens, hugo: User, nora: User) -> None:
    id = phrase(hugo)
    staff = browser(hugo)
    staff.submit(staff.get(f"/admin/snippets/{id}"), "main form.form", text_en="Thank you very much.")
    staff.submit(staff.get(f"/admin/snippets/{id}/delete"), "main form")
    page = browser(nora).get("/admin/audit?subject=snippet")
    assert "Hugo Petit deleted the ready phrase Thanks" in page.text
    assert "Hugo Petit changed the ready phrase Thanks" in page.text
    assert "Thank you very much." in page.text


def test_a_phrase_is_filled_in_and_added_behind_what_stands_there(browser: Opens, hugo: User, copy_week: Idea) -> None:
    phrase(hugo, en="*{title}*\n\n{author}, {board}, {status}. {me}")
    staff = browser(hugo)
    link = staff.get(at(copy_week)).find("#staff-tools .phrases a")
    page = staff.get(str(link["href"]))
    assert answer_of(page).startswith("We’re building it.")
    assert answer_of(page).endswith(
        f"Tom’s comment.\n\n*{copy_week.title}*\n\nInès Moreau, Planning, In progress. Hugo Petit"
    )
    assert page.find("#staff-tools details[open] summary").get_text() == "Official response"
    page = staff.submit(page, 'form[action$="/response"]')
    db.session.rollback()
    assert copy_week.response and "Inès Moreau, Planning" in copy_week.response.body


def test_a_phrase_stays_in_the_inbox(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    phrase(hugo)
    staff = browser(hugo)
    link = staff.get(f"/admin?idea={dark_mode.id}&do=answer").find("#do .phrases a")
    page = staff.get(str(link["href"]))
    assert page.path == "/admin" and answer_of(page) == "Thank you, Yuki Tan."


def test_a_phrase_is_in_the_language_of_the_idea(browser: Opens, hugo: User, rest_warning: Idea) -> None:
    phrase(hugo, en="{status}", fr="{status}, {author}")
    page = browser(hugo).get(at(rest_warning))
    assert page.find(".phrases a")["data-phrase"] == "Nouvelle, Marc Lefèvre"


def test_nobody_is_named_who_left(browser: Opens, hugo: User, yuki: User, dark_mode: Idea) -> None:
    from portal.privacy.erasing import erase

    id = phrase(hugo)
    with act():
        erase(yuki)
    page = browser(hugo).get(f"{at(dark_mode)}?snippet={id}")
    assert answer_of(page) == "Thank you."


def test_staff_use_a_phrase_in_a_comment_and_a_reply(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    phrase(hugo)
    staff = browser(hugo)
    link = staff.get(at(dark_mode)).find("#compose .phrases a")
    page = staff.get(str(link["href"]))
    assert page.path.endswith("/comments/new")
    assert page.find("#comment-body").get_text().strip() == "Thank you, Yuki Tan."


def test_members_are_offered_no_phrase(browser: Opens, tom: User, hugo: User, dark_mode: Idea) -> None:
    id = phrase(hugo)
    assert not browser(tom).get(at(dark_mode)).has(".phrases")
    page = browser(tom).get(f"/ideas/{dark_mode.id}/comments/new?snippet={id}")
    assert not page.find("#comment-body").get_text().strip()


def test_a_portal_from_before_has_no_phrases_and_loses_nothing(app: Flask, hugo: User) -> None:
    from flask_migrate import downgrade, upgrade

    phrase(hugo)
    db.session.rollback()
    downgrade(revision="0022")
    upgrade()
    db.engine.dispose()
    assert not names() and db.session.get(User, hugo.id)
