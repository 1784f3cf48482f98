"""Words of a merge are taken out for good: why it was done, and what its author said against it."""

import pytest
from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.blanking import blank_merge
from portal.merging.models import Merge
from portal.merging.parting import object_to
from portal.privacy.erasing import erase
from portal.privacy.taking_out import Wishes
from tests.conftest import act
from tests.merging.families import join

pytestmark = pytest.mark.both

WHY = "As Ann Smith said in the shop, both are the same."


def test_personal_words_go_from_the_reason_on_every_page_and_the_rest_stays(browser, lea, hugo, nora, offline, swap):
    join(swap, offline, lea, WHY)
    staff, page = browser(hugo), f"/ideas/{swap.id}"
    link = staff.get(page).find("#joined a.report")
    done = staff.submit(staff.get(str(link["href"])), "main form.form", words="Ann Smith")
    assert done.status == 200 and "As […] said in the shop" in done.text
    for where in (page, f"/ideas/{offline.id}/feed.atom", f"/ideas/{swap.id}/feed.atom", "/feed.atom", "/admin/audit"):
        assert "Ann Smith" not in browser(nora).get(where).response.get_data(as_text=True)
    told = db.session.scalars(select(Event).where(Event.action == Action.IDEA_MERGED)).one()
    assert told.facts["reason"] == "As […] said in the shop, both are the same."


def test_words_of_an_objection_are_read_and_taken_out_where_it_would_be_merged_again(
    browser, lea, hugo, aicha, offline, swap
):
    join(swap, offline, lea)
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha, words="Ann Smith in our shop knows better.")
    staff, where = browser(hugo), f"/admin/ideas/{swap.id}/merge"
    page = staff.get(where)
    assert "Ann Smith in our shop" in page.text and offline.title in page.text
    staff.submit(staff.get(str(page.find('a.report[href$="/objection"]')["href"])), "main form.form", words="Ann Smith")
    assert "[…] in our shop" in staff.get(where).text


def test_words_that_do_not_stand_there_change_nothing(browser, lea, hugo, offline, swap):
    merged = join(swap, offline, lea, WHY)
    page = browser(hugo).post(f"/admin/merges/{merged}/reason", {"words": "Bob"})
    assert page.status == 422 and "do not stand in the reason" in page.text and "Bob" in page.html
    with act():
        assert not blank_merge(db.session.get_one(Merge, merged), "reason", "", by=lea)
    assert db.session.get_one(Merge, merged).reason == WHY
    assert browser(hugo).get(f"/admin/merges/{merged}/objection").status == 404  # nobody objected


def test_who_is_erased_with_their_texts_leaves_no_word_of_an_objection(lea, aicha, offline, swap):
    merged = join(swap, offline, lea, WHY)
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha, words="I am Aïcha of the north shop.")
    with act():
        erase(db.session.get_one(type(aicha), aicha.id), Wishes(texts=True))
    assert (db.session.get_one(Merge, merged).objection, db.session.get_one(Merge, merged).reason) == ("", WHY)
