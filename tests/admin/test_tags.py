"""Staff add, change, merge, separate and delete tags; what is open, saved or subscribed to leads on."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.duties import Job
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.tag_merging import NotMergeable, merge
from portal.ideas.tags import Tag, leads
from portal.operations import checking
from portal.triage.saved_views import SavedView
from tests.admin.tools import use
from tests.browser import Browser, Page
from tests.conftest import act

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
FORM = "main form:has([name=is_offered])"


def tagged(ideas: dict[Idea, str], by: User) -> None:
    """Put tags on ideas, written as staff write them."""
    with act():
        for idea, names in ideas.items():
            idea.tag(names.split(), by=by)


def tag(name: str) -> Tag:
    db.session.rollback()
    return db.session.scalars(select(Tag).where(Tag.name == name)).one()


def on(idea: Idea) -> list[str]:
    db.session.rollback()
    return [tag.name for tag in idea.tags]


def told() -> list[str]:
    """What became of tags, as the audit has it."""
    db.session.rollback()
    events = select(Event).where(Event.action == Action.TAG_CHANGED).order_by(Event.id)
    return [event.facts["what"] for event in db.session.scalars(events)]


def merge_through(staff: Browser, one: str, other: str) -> Page:
    """Merge by the pages: choose, look at what happens, do it."""
    into = tag(other).id
    preview = staff.submit(staff.get(f"/admin/tags/{tag(one).id}"), "main form[method=get]", into=into)
    return staff.submit(preview, "main form[method=post]")


def test_a_tag_is_added_once_and_has_its_form(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    opened = staff.get("/admin/tags")
    assert "No tag yet." in opened.text
    for _ in range(2):
        page = staff.submit(opened, "main form.form", name=" Paper ")
        assert page.status == 200 and page.heading == "Paper"
    assert told() == ["added"]


@pytest.mark.parametrize(
    "name, message",
    [
        ("", "Write a name."),
        ("x" * 41, "Shorten it to 40."),
        ("phone, tablet", "Leave the comma out"),
        ("NIGHT!", "There is a tag “night” already."),
    ],
)
def test_what_is_wrong_with_a_name_is_said_at_it(
    browser: Opens, hugo: User, dark_mode: Idea, name: str, message: str
) -> None:
    tagged({dark_mode: "night"}, hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/tags"), "main form.form", name=name)
    assert page.status == 422 and message in page.find("#name-error").get_text()
    assert page.find("main form.form #name")["value"] == name.strip() and not told()


def test_a_tag_that_is_renamed_keeps_its_ideas_and_its_old_addresses(
    browser: Opens, hugo: User, dark_mode: Idea
) -> None:
    tagged({dark_mode: "night"}, hugo)
    staff, id = browser(hugo), tag("night").id
    for name in ("Dark", "Late hours"):
        assert staff.submit(staff.get(f"/admin/tags/{id}"), FORM, name=name).status == 200
    assert on(dark_mode) == ["Late hours"]
    reader = browser()
    for before in ("night", "dark"):
        assert reader.get(f"/tags/{before}", follow=False).status == 301
        assert reader.get(f"/tags/{before}").path == "/tags/late-hours"
        assert dark_mode.title in reader.get(f"/feed.atom?tag={before}").response.get_data(as_text=True)
        page = reader.get(f"/?tag={before}")
        assert dark_mode.title in page.text and "no such tag" not in page.text
    use(staff, dark_mode, "tags", tags="night, dark")
    assert on(dark_mode) == ["Late hours"], "the old words mean it, too"
    assert told() == ["edited", "edited"] and not checking.tags()


def test_a_name_of_before_is_taken_and_its_own_comes_back(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    tagged({dark_mode: "night phone"}, hugo)
    staff, night = browser(hugo), tag("night").id
    staff.submit(staff.get(f"/admin/tags/{night}"), FORM, name="Dark")
    page = staff.submit(staff.get(f"/admin/tags/{tag('phone').id}"), FORM, name="Night")
    assert page.status == 422 and "The tag “Dark” was called so before" in page.find("#name-error").get_text()
    staff.submit(staff.get(f"/admin/tags/{night}"), FORM, name="Night")
    reader = browser()
    assert reader.get("/tags/dark").path == "/tags/night" and not checking.tags()


def test_a_tag_has_a_colour_and_says_what_it_is_for(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    tagged({dark_mode: "night"}, hugo)
    staff, id = browser(hugo), tag("night").id
    words = {"description_en": "For whoever works late.", "description_fr": "Pour qui travaille tard."}
    staff.submit(staff.get(f"/admin/tags/{id}"), FORM, colour="rose", **words)
    reader = browser()
    assert reader.get(dark_mode.url).find(".chip[data-status=rose]").get_text() == "night"
    assert "For whoever works late." in reader.get("/tags/night").text
    assert "Pour qui travaille tard." in reader.get("/tags/night?lang=fr").text
    assert "Rose" in staff.get("/admin/audit").text
    page = staff.submit(staff.get(f"/admin/tags/{id}"), FORM, description_en="x" * 301)
    assert page.status == 422 and "Shorten it to 300." in page.find("#description_en-error").get_text()


def test_merging_says_what_happens_and_each_idea_has_the_tag_once(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea, copy_week: Idea
) -> None:
    tagged({dark_mode: "mobile", offline: "mobile phone", copy_week: "phone week"}, hugo)
    staff = browser(hugo)
    preview = staff.get(f"/admin/tags/{tag('mobile').id}/merge?into={tag('phone').id}")
    assert [dd.get_text(strip=True) for dd in preview.soup.select("main dl dd")] == [
        "2 ideas and issues", "2 ideas and issues", "1", "3 ideas and issues",
    ]  # fmt: skip
    page = staff.submit(preview, "main form[method=post]")
    assert page.heading == "phone" and "“mobile” is “phone” now." in page.html
    assert (on(dark_mode), on(offline), on(copy_week)) == (["phone"], ["phone"], ["phone", "week"])
    assert browser().get("/tags/mobile").path == "/tags/phone"
    use(staff, copy_week, "tags", tags="mobile")
    assert on(copy_week) == ["phone"] and not checking.tags()
    assert staff.get(f"/admin/tags/{tag('mobile').id}").path.endswith(str(tag("phone").id))


def test_separating_puts_back_what_stood(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea, copy_week: Idea
) -> None:
    tagged({dark_mode: "mobile", offline: "mobile phone", copy_week: "phone"}, hugo)
    staff = browser(hugo)
    page = staff.submit(merge_through(staff, "mobile", "phone"), '[action$="/separate"]')
    assert page.status == 200 and "It is on 2 ideas again." in page.html
    assert (on(dark_mode), on(offline), on(copy_week)) == (["mobile"], ["mobile", "phone"], ["phone"])
    assert browser().get("/tags/mobile").path == "/tags/mobile"
    assert told() == ["merged", "separated"]


def test_separating_leaves_alone_what_was_done_meanwhile(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea, copy_week: Idea
) -> None:
    tagged({dark_mode: "mobile", offline: "mobile", copy_week: "other phone"}, hugo)
    staff = browser(hugo)
    page = merge_through(staff, "mobile", "phone")
    tagged({dark_mode: "", copy_week: "phone other"}, hugo)
    staff.submit(page, '[action$="/separate"]')
    assert (on(dark_mode), on(offline), on(copy_week)) == ([], ["mobile"], ["other", "phone"])


def test_a_chain_of_merges_leads_to_its_end_and_comes_apart_in_turn(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea
) -> None:
    tagged({dark_mode: "a1 c1", offline: "b1"}, hugo)
    staff = browser(hugo)
    merge_through(staff, "a1", "b1")
    merge_through(staff, "b1", "c1")
    assert browser().get("/tags/a1").path == "/tags/c1" and on(dark_mode) == ["c1"] == on(offline)
    page = staff.post(f"/admin/tags/{tag('a1').id}/separate", {})
    assert "These two stand apart already." in page.html, "b1 is no tag to stand beside"
    for name in ("b1", "a1"):
        assert staff.post(f"/admin/tags/{tag(name).id}/separate", {}).status == 200
    assert (on(dark_mode), on(offline)) == (["a1", "c1"], ["b1"])


@pytest.mark.parametrize("into", ["itself", "merged", "", "999999"])
def test_a_tag_becomes_neither_itself_nor_what_is_none(browser: Opens, hugo: User, dark_mode: Idea, into: str) -> None:
    tagged({dark_mode: "one two three"}, hugo)
    staff = browser(hugo)
    merge_through(staff, "three", "two")
    chosen = {"itself": tag("one").id, "merged": tag("three").id}.get(into, into)
    page = staff.post(f"/admin/tags/{tag('one').id}/merge", {"into": chosen})
    assert page.status == 422 and page.has("#into-error") and on(dark_mode) == ["one", "two"]


def test_of_two_who_merge_both_ways_the_second_is_told(app: Flask, hugo: User, dark_mode: Idea) -> None:
    tagged({dark_mode: "one two"}, hugo)
    one, two, said = tag("one").id, tag("two").id, []
    both = threading.Barrier(2)

    def become(id: int, into_id: int) -> None:
        from portal.admin.tags import _hold

        with app.app_context():
            by = db.session.get_one(User, hugo_id)
            db.session.rollback()
            both.wait()
            begin_write()
            _hold(id, into_id)
            try:
                merge(db.session.get_one(Tag, id), db.session.get_one(Tag, into_id), by=by)
                db.session.commit()
                said.append("merged")
            except NotMergeable:
                db.session.rollback()
                said.append("refused")

    hugo_id = hugo.id
    db.session.rollback()
    threads = [threading.Thread(target=become, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(said) == ["merged", "refused"] and len(on(dark_mode)) == 1
    assert len(set(leads(["one", "two"]).values())) == 1 and not checking.tags()


def test_who_tags_while_two_tags_become_one_uses_what_stays(
    app: Flask, hugo: User, dark_mode: Idea, offline: Idea
) -> None:
    tagged({dark_mode: "one two"}, hugo)
    one, two, hugo_id, idea_id = tag("one").id, tag("two").id, hugo.id, offline.id
    held, done = threading.Event(), threading.Event()

    def put_on() -> None:
        with app.app_context():
            idea, by = db.session.get_one(Idea, idea_id), db.session.get_one(User, hugo_id)
            db.session.rollback()
            held.wait(20)
            begin_write()
            idea.tag(["one"], by=by)
            db.session.commit()
            done.set()

    db.session.rollback()
    thread = threading.Thread(target=put_on)
    thread.start()
    with act():
        from portal.admin.tags import _hold

        _hold(one, two)
        merge(db.session.get_one(Tag, one), db.session.get_one(Tag, two), by=db.session.get_one(User, hugo_id))
        held.set()
        assert not done.wait(0.3), "it waits"
    thread.join(20)
    assert on(offline) == ["two"] and not checking.tags()


def test_deleting_says_how_many_lose_it_and_its_address_leads_nowhere(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea
) -> None:
    tagged({dark_mode: "old night", offline: "night"}, hugo)
    staff = browser(hugo)
    merge_through(staff, "old", "night")
    id = tag("night").id
    page = staff.get(f"/admin/tags/{id}/delete")
    assert "2 ideas and issues lose it" in page.text and "their addresses: old." in page.text
    staff.submit(page, "main form")
    assert on(dark_mode) == [] == on(offline)
    assert browser().get("/tags/night").status == 404 == browser().get("/tags/old").status
    assert "There is no such tag." in browser().get("/?tag=night").text
    assert staff.post(f"/admin/tags/{id}/delete", {}).status == 200, "pressed twice"
    assert told() == ["merged", "deleted"] and "deleted the tag night" in staff.get("/admin/audit?q=night").text


def test_a_saved_view_follows_a_tag_and_says_when_it_is_gone(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    tagged({dark_mode: "night phone"}, hugo)
    with act():
        view = SavedView.keep("Nights", "queue=all&tag=night", by=hugo).id
    staff = browser(hugo)
    staff.submit(staff.get(f"/admin/tags/{tag('night').id}"), FORM, name="Dark")
    merge_through(staff, "Dark", "phone")
    page = staff.get(f"/admin?view={view}")
    assert dark_mode.title in page.text and "not there any more" not in page.text
    staff.post(f"/admin/tags/{tag('phone').id}/delete", {})
    assert "It asks for a tag that is not there any more." in staff.get(f"/admin?view={view}").text


def test_taking_off_a_tag_that_was_merged_since_is_not_undone(
    browser: Opens, hugo: User, nora: User, app: Flask, dark_mode: Idea
) -> None:
    app.config["UNDO_SECONDS"] = 60
    tagged({dark_mode: "one two"}, hugo)
    staff = browser(hugo)
    page = use(staff, dark_mode, "tags", tags="two")
    merge_through(browser(nora), "one", "two")
    page = staff.submit(page, 'form[action*="/undo"]')
    assert on(dark_mode) == ["two"] and page.status in (200, 409, 422)


def test_those_without_the_job_read(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    tagged({dark_mode: "night"}, hugo)
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
    page = browser(hugo).get("/admin/tags")
    assert "night" in page.text and "Whoever has the job changes the tags." in page.text
    assert not page.has("main form.form") and browser(hugo).get(f"/admin/tags/{tag('night').id}").status == 403


def test_many_tags_are_found_by_some_letters(browser: Opens, hugo: User) -> None:
    with act():
        for number in range(55):
            Tag.add(f"tag {number}", by=hugo)
    staff = browser(hugo)
    page = staff.get("/admin/tags")
    assert len(page.soup.select("#rows li")) == 50
    assert len(staff.get(page.find("#more a")["href"]).soup.select("#rows li")) == 5
    assert [li.select_one(".chip").get_text() for li in staff.get("/admin/tags?q=TAG+54").soup.select("#rows li")] == [
        "tag 54"
    ]
    assert "No tag has these letters." in staff.get("/admin/tags?q=%25").text
