"""What somebody saved meanwhile is not dropped: the second save is refused with both texts, and can be repeated."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Event
from portal.admin import asking_for
from portal.changelog.models import Release, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas import tags
from portal.ideas.boards import Board
from portal.ideas.captured import Captured
from portal.ideas.field_kinds import FieldType
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.triage.ledger import Promise, today
from portal.triage.saved_views import SavedView
from portal.triage.snippets import Snippet
from tests.browser import Browser, Page
from tests.conftest import act
from tests.edits import EDITS

Opens = Callable[..., Browser]


@dataclass(frozen=True)
class Editing:
    """A form that changes something: where it stands, who opens it twice, and what each of the two makes of it."""

    view: str
    page: str
    form: str
    theirs: dict[str, str]
    mine: dict[str, str]
    first: str = "nora"
    second: str = "nora"
    shown: dict[str, str] = field(default_factory=dict)


def names(what: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"name_en": f"{what} one", "name_fr": f"{what} un"}, {"name_en": f"{what} two", "name_fr": f"{what} deux"}


LONG = "We send three people home, on most days, and nobody knows before noon.\n\n" * 4
TITLES = {"title_en": "Shifts, offline", "title_fr": "Sans réseau"}, {"title_en": "At sea", "title_fr": "En mer"}
STORIES = {"story_en": LONG + "First.", "story_fr": "Un."}, {"story_en": LONG + "Second.", "story_fr": "Deux."}
EVERY = {
    "idea": Editing(
        "ideas.save",
        "/ideas/{offline}/edit",
        "main form.form",
        {"title": "Plans without a network", "body": LONG + "In the cellar too."},
        {"title": "Plans on a boat", "body": LONG + "At sea."},
        "hugo",
        "tom",
    ),
    "issue": Editing(
        "ideas.save",
        "/ideas/{double_shift}/edit",
        "main form.form",
        {"expected": "One shift.", "version": "3.1", "severity": "blocking"},
        {"expected": "A warning.", "version": "3.2", "severity": "annoying"},
        "hugo",
        "nora",
        {"severity": "I cannot work"},
    ),
    "comment": Editing(
        "comments.save", "/comments/{comment}/edit", "main form.form", {"body": "One."}, {"body": "Two."}, "tom", "tom"
    ),
    "response": Editing(
        "admin.respond", "/ideas/{offline}", '[action$="/response"]', {"text": "In May."}, {"text": "In June."}, "hugo"
    ),
    "tags": Editing("admin.tag", "/ideas/{offline}", '[action$="/tags"]', {"tags": "sea"}, {"tags": "boat"}, "hugo"),
    "target": Editing(
        "admin.aim",
        "/ideas/{offline}",
        '[action$="/target"]',
        {"target": "ready"},
        {"target": "2099-Q1"},
        "hugo",
        shown={"target": "when it is ready"},
    ),
    "board": Editing(
        "admin.move",
        "/ideas/{offline}",
        '[action$="/board"]',
        {"board": "{team}"},
        {"board": "{planning}"},
        "hugo",
        shown={"board": "Team"},
    ),
    "draft": Editing(
        "admin.edit_release",
        "/admin/releases/{draft}/edit",
        "main form.stack",
        TITLES[0] | STORIES[0],
        TITLES[1] | STORIES[1],
        "hugo",
    ),
    "ideas of a draft": Editing(
        "admin.edit_release",
        "/admin/releases/{draft}/edit",
        "main form.stack",
        {"ideas": "{copy_week}"},
        {"ideas": "{offline}"},
        "hugo",
        shown={"ideas": "Copy a week of shifts"},
    ),
    "release": Editing(
        "admin.edit_release", "/admin/releases/{release}/edit", "main form.stack", TITLES[0], TITLES[1], "hugo"
    ),
    "role": Editing(
        "admin.change_role",
        "/admin/members/{yuki}",
        '[action$="/role"]',
        {"role": "staff"},
        {"role": "admin"},
        "lea",
        shown={"role": "Staff"},
    ),
    "jobs": Editing(
        "admin.change_jobs",
        "/admin/jobs",
        "main form",
        {"tag_idea": "marketing"},
        {"tag_idea": "community"},
        "lea",
        shown={"tag_idea": "Marketer"},
    ),
    "status": Editing("admin.rename_status", "/admin/statuses/{status}", "main form", *names("Step"), "lea"),
    "colour of a status": Editing(
        "admin.colour_status",
        "/admin/statuses/{status}",
        '[action$="/colour"]',
        {"colour": "rose"},
        {"colour": "gold"},
        "lea",
        shown={"colour": "Rose"},
    ),
    "way": Editing(
        "admin.change_way",
        "/admin/statuses/ways/idea?way={way}",
        "form:has([name=tells])",
        {"tells": "followers"},
        {"tells": "nobody"},
        "lea",
        shown={"tells": "its author and followers alone"},
    ),
    "name of a board": Editing("admin.rename_board", "/admin/boards/{team}", "main form", *names("Crew"), "lea"),
    "page of a board": Editing(
        "admin.save_board_page",
        "/admin/boards/{team}",
        '[action$="/page"]',
        {"description_en": "People.", "description_fr": "Des gens."},
        {"description_en": "Contracts.", "description_fr": "Des contrats."},
        "lea",
    ),
    "where it was said": Editing(
        "admin.correct_source",
        "/admin/captured/{captured}",
        "main form",
        {"source": "shop", "link": "https://example.org/one"},
        {"source": "email", "link": "https://example.org/two"},
        "hugo",
        "nora",
        {"source": "In a shop"},
    ),
    "phrase": Editing(
        "admin.save_snippet",
        "/admin/snippets/{snippet}",
        "main form",
        {"name_en": "Thanks", "text_en": LONG + "Thank you."},
        {"name_en": "Thank you", "text_en": LONG + "Thanks."},
        "hugo",
        "nora",
    ),
    "what a board asks for": Editing(
        "admin.change_field",
        "/admin/boards/{mobile}/fields/{field}",
        "main form",
        {"name_en": "Device", "hint_en": "The one in your hand."},
        {"name_en": "Machine", "hint_en": "The one that you mean."},
        "lea",
    ),
    "tag": Editing(
        "admin.save_tag",
        "/admin/tags/{tag}",
        "main form:has([name=is_offered])",
        {"name": "Paper", "description_en": "What is printed.", "colour": "rose"},
        {"name": "Print", "description_en": "What is pinned up.", "colour": "gold"},
        "hugo",
        "nora",
        {"colour": "Rose"},
    ),
    "how a board is answered": Editing(
        "admin.answer_on_board",
        "/admin/boards/{team}",
        '[action$="/answering"]',
        {"answer_days": "3", "owner_id": "{hugo}"},
        {"answer_days": "4", "owner_id": "{nora}"},
        "lea",
        shown={"owner_id": "Hugo Petit"},
    ),
    "when a board closes": Editing(
        "admin.close_board",
        "/admin/boards/{team}",
        '[action$="/close"]',
        {"closes_on": "2099-05-12", "reason_en": "Nobody works here.", "reason_fr": "Plus personne."},
        {"closes_on": "2099-06-12", "reason_en": "It is part of Planning.", "reason_fr": "Avec le planning."},
        "lea",
    ),
    "who sees to a promise": Editing(
        "admin.entrust_promise",
        "/admin/promises/{promise}",
        '[action$="/owner"]',
        {"owner": "{nora}"},
        {"owner": "{hugo}"},
        "hugo",
        shown={"owner": "Nora Klein"},
    ),
    "settings": Editing(
        "admin.change_settings",
        "/admin/settings",
        "form.settings",
        {"name": "Tide", "hue": "25", "chroma": "0.150", "answer_days": "3"},
        {"name": "Ebb", "hue": "300", "chroma": "0.100", "answer_days": "4"},
        "lea",
    ),
    "standing text": Editing(
        "admin.save_text",
        "/admin/texts/conduct",
        "main form",
        {"text_en": LONG + "Be kind.", "text_fr": "Soyez aimables."},
        {"text_en": LONG + "Be brief.", "text_fr": "Soyez brefs."},
        "lea",
    ),
    "greeting": Editing(
        "admin.save_greeting",
        "/admin/greeting",
        "main form",
        {"text_en": "Dear newcomer, be welcome.", "text_fr": "Soyez bienvenue."},
        {"text_en": "Hello there, come in.", "text_fr": "Entrez donc."},
        "lea",
    ),
    "profile": Editing(
        "accounts.settings",
        "/settings",
        "#section-profile form",
        {"display_name": "Tom B.", "bio": "I plan."},
        {"display_name": "T. Becker", "bio": "I cook."},
        "tom",
        "tom",
    ),
    "owner": Editing(
        "admin.assign_idea",
        "/admin?idea={offline}&do=assign",
        "#do form",
        {"owner": "{lea_id}"},
        {"owner": "{nora_id}"},
        "lea",
        shown={"owner": "Léa Martin"},
    ),
    "saved view": Editing(
        "admin.save_view", "/admin/inbox/views/{view}/edit", "main form", {"name": "Ours"}, {"name": "Theirs"}, "lea"
    ),
    "mail to the team": Editing(
        "notifications.staff_mail",
        "/settings/team",
        "main form.form",
        {"new_ideas": "morning"},
        {"new_ideas": "at_once"},
        "lea",
        "lea",
        {"new_ideas": "In one letter, from nine in the morning"},
    ),
    "mails": Editing(
        "accounts.settings",
        "/settings",
        "#section-mail form",
        {"mail_progress": "never"},
        {"mail_progress": "daily"},
        "tom",
        "tom",
        {"mail_progress": "Never by e-mail"},
    ),
}
# These have tests of their own below, or where the thing is tested.
OWN_TESTS = {
    "admin.change_status", "admin.move_promise", "admin.move_status", "admin.move_board", "admin.move_snippet",
    "admin.snooze_idea", "notifications.stop",
}  # fmt: skip
# What keeps its text and changes nothing that somebody else may be changing: it makes, decides, ends or asks something.
OTHERWISE = {
    "admin.new_release",
    "admin.split_board",
    "admin.keep_view",
    "admin.make_promise",
    "admin.take_promise_back",
    "admin.blank_promise_reason",
    "admin.hide_release",
    "ideas.create",
    "comments.create",
    "voting.cast",
    "voting.set_aside",
    "admin.set_votes_aside",
    "moderation.flag_idea",
    "moderation.flag_comment",
    "moderation.flag_release",
    "moderation.flag_profile",
    "accounts.sign_in",
    "accounts.enter_code",
    "accounts.correct_address",
    "accounts.confirm",
    "accounts.set_up",
    "accounts.erase",
    "accounts.address",
    "admin.hand_over",
    "admin.erase_member",
    "admin.decide_address",
    "admin.write_note",
    "admin.link_idea",  # two who link the same two: the second is told how they are linked
    "admin.act_on_all",  # says itself of each idea that somebody changed it: tests/triage/test_bulk.py
    "admin.hide_idea",
    "admin.blank_reason",
    "admin.blank_merge_reason",
    "admin.hide_comment",
    "admin.suspend_member",
    "admin.thank_partner",
    "admin.welcome_member",
    "admin.judge",
    "admin.discard_delivery",
    "admin.add_status",
    "admin.delete_status",
    "admin.add_board",
    "admin.add_field",
    "admin.allow_way",
    "admin.add_snippet",
    "admin.add_tag",
    "admin.split_comment",  # two who ask the same writer: the second is told that they were asked
    "admin.take_split_back",
    "comments.agree_to_split",
    "admin.merge_idea",  # what was changed while one read is asked about
    "merging.object",
    "merging.accept_same",  # what was changed while one read is asked about
    "merging.decline_same",
    "admin.note",
}


@pytest.fixture
def place(
    app: Flask, tom: User, lea: User, hugo: User, nora: User, yuki: User, offline: Idea, copy_week: Idea,
    double_shift: Idea,
) -> Any:  # fmt: skip
    """Fills in where a thing stands, and its id."""
    with act():
        lea.role, lea.lang = Role.ADMIN, "en"
        comment = Comment.post(offline, "Zero.", by=tom)
        begun, published = draft(by=lea), draft(by=lea)
        for release in (begun, published):
            release.write(title={"en": "A", "fr": "B"}, story={"en": "C", "fr": "D"})
        published.published_at = published.created_at
        said = Captured(source="phone", by_id=lea.id)
        voice = Comment.post(offline, "Zero.", by=lea, captured=said)
        tag = tags.Tag.add("Leaflets", by=lea)
        snippet = Snippet.add({"en": "Hello"}, {"en": "Zero."}, by=lea)
        view = SavedView.keep("Mine", "queue=mine", by=lea, is_shared=True)
        ids = {
            "view": view.id,
            "lea_id": lea.id,
            "nora_id": nora.id,
            "comment": comment.id,
            "draft": begun.id,
            "release": published.id,
        }
        board = db.session.scalars(select(Board).where(Board.slug == "mobile")).one()
        words = {"name": {"en": "Zero"}, "hint": {}, "unit": {}}
        ids["field"] = asking_for.add(board, FieldType.TEXT, words, False, [], by=lea).id
        promise = Promise.make(offline, today(), by=lea)
        ids |= {"promise": promise.id, "hugo": hugo.id, "nora": nora.id}
    ids |= {"offline": offline.id, "copy_week": copy_week.id, "double_shift": double_shift.id, "yuki": yuki.handle}
    ids |= {board.slug: board.id for board in db.session.scalars(select(Board))}
    ids["tag"] = tag.id
    ids["way"] = f"{Status.first('idea').id}-{Status.first('idea', 'planned').id}"
    ids["snippet"], ids["captured"] = snippet.id, voice.captured.id if voice.captured else 0
    ids["status"] = db.session.scalars(select(Status.id)).first()
    return lambda words: words.format(**ids)


def value(found: Tag) -> str:
    """What a field of a page holds."""
    if found.name == "textarea":
        return found.get_text().strip()
    if found.name == "select":
        chosen = found.select_one("option[selected]")
        return str(chosen["value"]) if chosen else ""
    return str(found.get("value", ""))


def values(page: Page, form: str, fields: Any) -> dict[str, str]:
    """What these fields of the form hold; of choices, what is chosen."""
    shown = {}
    for name in fields:
        inputs = page.find(form).select(f'[name="{name}"]')
        chosen = [one for one in inputs if one.get("type") not in ("radio", "checkbox") or one.has_attr("checked")]
        shown[name] = ",".join(map(value, chosen))
    return shown


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id))) or 0


@pytest.mark.parametrize("editing", EVERY.values(), ids=EVERY)
def test_the_second_save_is_refused_with_both_texts_and_the_third_is_kept(
    request: pytest.FixtureRequest, browser: Opens, place: Any, editing: Editing
) -> None:
    theirs, mine = ({name: place(word) for name, word in words.items()} for words in (editing.theirs, editing.mine))
    first, second = (browser(request.getfixturevalue(who)) for who in (editing.first, editing.second))
    url = place(editing.page)
    opened = second.get(url)
    assert first.submit(first.get(url), editing.form, **theirs).status == 200
    page = second.submit(opened, editing.form, **mine)
    assert page.status == 422
    assert values(page, editing.form, mine) == mine
    for name, word in theirs.items():
        shown = next(found for found in page.soup.select(f'[id$="{name}-theirs"], [id$="{tool(name)}-theirs"]'))
        for gone in shown.select("del"):
            gone.decompose()
        assert "".join(editing.shown.get(name, word).split()) in "".join(shown.get_text().split())
    assert values(first.get(url), editing.form, theirs) == theirs, "nothing was saved"
    assert second.submit(page, editing.form).status == 200
    assert values(first.get(url), editing.form, mine) == mine


def tool(name: str) -> str:
    """The id of a field of the staff’s tools."""
    return {"text": "tool-response"}.get(name, f"tool-{name}")


@pytest.mark.parametrize("editing", EVERY.values(), ids=EVERY)
def test_the_same_edit_sent_twice_is_saved_once_and_is_no_conflict(
    request: pytest.FixtureRequest, browser: Opens, place: Any, editing: Editing
) -> None:
    reader = browser(request.getfixturevalue(editing.second))
    opened = reader.get(place(editing.page))
    mine = {name: place(word) for name, word in editing.mine.items()}
    first = reader.submit(opened, editing.form, **mine)
    told = events()
    second = reader.submit(opened, editing.form, **mine)
    assert (first.status, second.status, second.path) == (200, 200, first.path)
    assert events() == told


def test_who_changed_it_is_said(browser: Opens, offline: Idea, tom: User, hugo: User) -> None:
    author, staff = browser(tom), browser(hugo)
    opened, form = author.get(f"/ideas/{offline.id}/edit"), "main form.form"
    staff.submit(staff.get(f"/ideas/{offline.id}/edit"), form, title="Plans in the cellar")
    page = author.submit(opened, form, title="Plans on a boat")
    said = "Changed by Hugo Petit, just now. Bring both together, then save again."
    assert said in page.find("#title-error").get_text() and said in page.find(".summary").get_text()


def test_nobody_is_named_for_what_they_did_before(browser: Opens, place: Any, hugo: User, nora: User) -> None:
    with act(), time_machine.travel(now() - timedelta(days=7)):
        release = db.session.get_one(Release, int(place("{release}")))
        release.edit(by=nora, title={"en": "Last week"})
    staff, url, form = browser(hugo), place("/admin/releases/{release}/edit"), "main form.stack"
    opened = staff.get(url)
    with act():
        release.write(title={"en": "Said by nobody"})
    page = staff.submit(opened, form, title_en="Mine")
    assert "Somebody changed this after you opened the page." in page.find("#title_en-error").get_text()


def test_in_ones_own_other_window_it_was_oneself(browser: Opens, aicha: User) -> None:
    member, form = browser(aicha), "#section-profile form"
    opened = member.get("/settings")
    member.submit(member.get("/settings"), form, title="Chef")
    page = member.submit(opened, form, title="Patron")
    assert "Vous avez modifié ceci dans une autre fenêtre." in page.find("#title-error").get_text()


def test_where_nothing_was_typed_what_stands_there_follows(
    browser: Opens, offline: Idea, tom: User, hugo: User
) -> None:
    author, staff = browser(tom), browser(hugo)
    url, form = f"/ideas/{offline.id}/edit", "main form.form"
    opened = author.get(url)
    staff.submit(staff.get(url), form, title="Plans in the cellar")
    page = author.submit(opened, form, body="On a boat.")
    assert page.status == 422 and "the field shows what stands there now" in page.find("#title-error").get_text()
    author.submit(page, form)
    db.session.rollback()
    assert (offline.title, offline.body) == ("Plans in the cellar", "On a boat.")


def test_a_form_that_came_back_with_an_error_is_still_the_older_one(
    browser: Opens, offline: Idea, nora: User, hugo: User
) -> None:
    first, second = browser(hugo), browser(nora)
    form = '[action$="/response"]'
    opened = second.get(f"/ideas/{offline.id}")
    first.submit(first.get(f"/ideas/{offline.id}"), form, text="In May.")
    empty = second.submit(opened, form, text="")
    page = second.submit(empty, form, text="In June.")
    assert page.status == 422 and "May." in page.find("#tool-response-theirs ins").get_text()


def test_a_page_from_before_that_tells_nothing_keeps_its_text(browser: Opens, offline: Idea, tom: User) -> None:
    author, form = browser(tom), "main form.form"
    opened = author.get(f"/ideas/{offline.id}/edit")
    page = author.submit(opened, form, body="On a boat.", seen=None)
    assert page.status == 422 and "open for too long" in page.find("#body-error").get_text()
    assert (
        offline.body in page.find("#body-theirs").get_text("") and page.find("#body").get_text().strip() == "On a boat."
    )
    assert author.submit(page, form).status == 200
    db.session.rollback()
    assert offline.body == "On a boat."


@pytest.mark.parametrize("seen", ["%", "=&=&;", "title", "title=" + "x" * 20_000, "body[]=1&body=2", "\0%00%ff"])
def test_what_nobody_was_shown_is_refused_without_an_error(browser: Opens, offline: Idea, tom: User, seen: str) -> None:
    author = browser(tom)
    opened = author.get(f"/ideas/{offline.id}/edit")
    assert author.submit(opened, "main form.form", title="Plans on a boat", seen=seen).status == 422


@pytest.mark.both
def test_of_two_saves_at_the_same_moment_one_is_kept_and_the_other_refused(
    app: Flask, browser: Opens, offline: Idea, tom: User, hugo: User
) -> None:
    url = f"/ideas/{offline.id}/edit"
    writers = [browser(tom), browser(hugo)]
    seen = [str(writer.get(url).find('input[name="seen"]')["value"]) for writer in writers]
    tokens, ready = [writer.csrf_token() for writer in writers], threading.Barrier(2)
    db.session.rollback()

    def save(n: int) -> int:
        form = {"title": f"Plans on boat {n}", "body": f"Boat {n}.", "seen": seen[n], "csrf_token": tokens[n]}
        ready.wait()
        return writers[n].client.post(url, data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, range(2)))
    assert sorted(answers) == [303, 422]
    db.session.rollback()
    assert offline.body == f"Boat {answers.index(303)}."


@pytest.mark.both
@pytest.mark.parametrize("what", ["boards", "statuses"])
def test_a_place_in_an_order_that_changed_meanwhile_is_chosen_anew(browser: Opens, nora: User, what: str) -> None:
    def order(page: Page) -> list[str]:
        places = page.soup.select('form.press:has([name="position"])')
        return list(dict.fromkeys(str(form["action"]) for form in places))

    def down(reader: Browser, page: Page, n: int) -> Page:
        return reader.submit(page, f'form[action="{order(page)[n]}"]:has([value="{n + 1}"])')

    first, second = browser(nora), browser(nora)
    opened = second.get(f"/admin/{what}")
    before = order(opened)
    down(first, first.get(f"/admin/{what}"), 0)
    page = down(second, opened, 1)
    assert page.status == 422 and "The order changed while this page was open." in page.html
    assert order(page)[:3] == [before[1], before[0], before[2]] == order(first.get(f"/admin/{what}"))[:3]
    again = down(second, page, 0)
    assert again.status == 200 and order(again)[:2] == before[:2]
    assert down(second, page, 0).status == 200, "sent twice it is where it was put"


@pytest.mark.both
def test_ideas_chosen_for_a_release_that_was_published_meanwhile_are_not_dropped_in_silence(
    browser: Opens, place: Any, hugo: User
) -> None:
    staff, id = browser(hugo), int(place("{draft}"))
    opened = staff.get(f"/admin/releases/{id}/edit")
    with act():
        release = db.session.get_one(Release, id)
        release.published_at = release.created_at
    page = staff.submit(opened, "main form.stack", ideas=place("{copy_week}"))
    assert page.status == 422 and "This release was published after you opened the page" in page.text
    assert staff.submit(page, "main form.stack").status == 200


@pytest.mark.both
def test_a_reason_for_a_move_that_somebody_else_made_is_not_dropped_in_silence(
    browser: Opens, offline: Idea, nora: User, hugo: User
) -> None:
    first, second = browser(hugo), browser(nora)
    form, url = '[action$="/status"]', f"/ideas/{offline.id}"
    kind = str(offline.allowed_statuses()[0].id)
    opened = second.get(url)
    first.submit(first.get(url), form, status=kind, reason="Many ask.")
    page = second.submit(opened, form, status=kind, reason="Boats have no network.")
    assert page.status == 422 and "publish an official response" in page.find("#tool-reason-error").get_text()
    assert page.find("#tool-reason").get_text().strip() == "Boats have no network."


def test_every_view_that_keeps_text_edits_safely_or_says_what_else_it_does(app: Flask) -> None:
    keeping = {name for name, view in app.view_functions.items() if getattr(view, "keeps_text", False)}
    assert keeping <= {*EDITS, *OTHERWISE}, "add it to EDITS in tests/edits.py, with its row in EVERY, or to OTHERWISE"
    assert {*EDITS} == {editing.view for editing in EVERY.values()} | OWN_TESTS


def test_a_form_is_filled_with_what_is_there_only_where_it_remembers_what_it_showed() -> None:
    """`obj=` fills a form and forgets what was shown; `thing=` of an EditForm remembers."""
    portal = Path(__file__).parent.parent / "portal"
    assert [path.name for path in portal.rglob("*.py") if re.search(r"\bobj=", path.read_text())] == []


def test_a_draft_that_cannot_be_published_yet_comes_back_with_its_words(browser: Opens, place: Any, hugo: User) -> None:
    staff = browser(hugo)
    page = staff.post(place("/admin/releases/{draft}/publish"))
    assert page.status == 422 and page.find("#title_en")["value"] == "A"
    staff.submit(page, "main form.stack", title_en="Anew")
    db.session.rollback()
    assert db.session.get_one(Release, int(place("{draft}"))).said == ["Anew", "B", "C", "D"]
