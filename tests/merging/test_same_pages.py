"""The pages of what is said to be the same: a member says so, authors answer, staff decide."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.merging.models import Merge
from portal.merging.parting import object_to
from portal.merging.said_same import pairs
from portal.merging.saying import dismiss, take_back
from portal.merging.settling import settle
from portal.merging.suggestions import Outcome, Say, Suggestion
from portal.moderation.models import suspend
from portal.operations import checking
from tests.browser import Browser
from tests.conftest import act
from tests.merging.families import join, standing
from tests.merging.sayings import outcome, seen, told
from tests.privacy.held import data_in, taken_along


@pytest.fixture(autouse=True)
def in_english(aicha, marc, ines, lea):
    """They read French otherwise."""
    with act():
        aicha.lang = marc.lang = ines.lang = lea.lang = "en"


@pytest.fixture
def heard(run_jobs, mailbox):
    """Who got which mail since: first name and subject."""
    run_jobs()
    seen_before = [len(mailbox.messages)]

    def mails():
        run_jobs()
        new, seen_before[0] = mailbox.messages[seen_before[0] :], len(mailbox.messages)
        return sorted((mail["To"].addresses[0].addr_spec.partition("@")[0], mail["Subject"]) for mail in new)

    return mails


def accept(browser, who, idea, other, words=""):
    """The author lets theirs live there, by the page."""
    here = browser(who)
    page = here.get(f"/ideas/{idea.id}/same/answer?with={other.id}")
    return here.submit(page, "form#yes", words=words)


def test_one_says_so_and_another_joins(browser, swap, offline, marc, ines):
    here = browser(marc)
    page = here.get(f"/ideas/{swap.id}/same?q=offline")
    page = here.submit(page, f'form:has([name="with"][value="{offline.id}"])')
    assert "1 person says that it is the same" in page.text
    other = browser(ines)
    page = other.get(f"/ideas/{offline.id}")
    page = other.submit(page, "#same form")
    assert "2 people say that it is the same" in page.text and seen(swap, ines) == [(offline.id, 2, "same")]


def test_what_was_said_is_taken_back(browser, swap, offline, marc, ines):
    told(swap, offline, marc, ines)
    here = browser(marc)
    here.submit(here.get(f"/ideas/{swap.id}"), "#same form")
    assert seen(swap, marc) == [(offline.id, 1, "")]
    with act():
        take_back(swap, offline, by=ines)
    assert seen(swap, ines) == [] == pairs()


@pytest.mark.parametrize("typed", ["/ideas/{id}", "#{id}", "{id}", "http://localhost/ideas/{id}-see-it?c=new#x"])
def test_the_address_or_the_number_finds_the_very_one(browser, swap, offline, marc, typed):
    page = browser(marc).get(f"/ideas/{swap.id}/same", query_string={"q": typed.format(id=offline.id)})
    assert [one["value"] for one in page.soup.select('main [name="with"]')] == [str(offline.id)]


def test_nothing_is_found_of_what_one_may_not_see(browser, lea, swap, double_shift, salary_leak, dark_mode, marc):
    with act():
        db.session.get_one(Idea, dark_mode.id).hide(by=lea, reason="Personal data.")
    here = browser(marc)
    for idea, other in ((double_shift, salary_leak), (swap, dark_mode)):
        for typed in (f"/ideas/{other.id}", other.title):
            assert other.title not in here.get(f"/ideas/{idea.id}/same", query_string={"q": typed}).html.replace(
                f'value="{other.title}"', ""
            )
        assert here.post(f"/ideas/{idea.id}/same", {"with": other.id}).status == 404
    assert db.session.query(Suggestion).count() == 0


def test_an_address_of_another_portal_is_no_address_of_ours(browser, swap, offline, marc):
    page = browser(marc).get(f"/ideas/{swap.id}/same", query_string={"q": f"https://example.net/ideas/{offline.id}"})
    assert not page.has('main [name="with"]')


@pytest.mark.parametrize("which", ["itself", "of another kind", "in the same family"])
def test_what_cannot_be_the_same_is_refused_in_words(browser, lea, swap, offline, double_shift, marc, which):
    if which == "in the same family":
        join(swap, offline, lea)
    one, other = {
        "itself": (swap, swap), "of another kind": (swap, double_shift), "in the same family": (swap, offline)
    }[which]  # fmt: skip
    page = browser(marc).post(f"/ideas/{one.id}/same", {"with": other.id})
    assert page.has(".flash, .toast, [role=status], [role=alert]") and db.session.query(Say).count() == 0


def test_nobody_reads_of_a_pair_of_which_they_see_only_one(browser, double_shift, salary_leak, lea, camille, marc):
    told(salary_leak, double_shift, lea, camille)
    assert seen(double_shift, camille) == [(salary_leak.id, 2, "same")]
    for reader in (marc, None):
        assert seen(double_shift, reader) == []
        page = (browser(reader) if reader else browser()).get(f"/ideas/{double_shift.id}")
        assert (
            "the same" not in page.text.replace("The same as another one?", "") and salary_leak.title not in page.html
        )


def test_a_suspended_member_cannot_say_so(browser, nora, swap, offline, marc):
    with act():
        suspend(db.session.get_one(type(marc), marc.id), by=nora, reason="Spam, three times.")
    assert browser(marc).post(f"/ideas/{swap.id}/same", {"with": offline.id}).status == 403


def test_too_many_in_an_hour_are_refused_and_nothing_is_kept(with_limits, swap, offline, marc):
    here = Browser(with_limits, marc)
    for _time in range(20):
        here.post(f"/ideas/{swap.id}/same", {"with": swap.id})
    page = here.post(f"/ideas/{swap.id}/same", {"with": offline.id})
    assert "say it again later" in page.html and db.session.query(Say).count() == 0


def test_what_one_takes_along_names_both(browser, swap, offline, marc):
    told(swap, offline, marc)
    [said] = data_in(taken_along(browser(marc)))["said_same"]
    assert (said["first_id"], said["second_id"], said["says"]) == (*sorted((swap.id, offline.id)), "same")


def test_its_author_lets_it_live_there_and_everybody_reads_why(browser, swap, offline, aicha, marc, tom):
    told(swap, offline, marc)
    page = accept(browser, aicha, swap, offline, "I looked for it and did not find it.")
    assert page.status == 200 and standing(swap) == (offline.id, 0)
    said = browser(tom).get(f"/ideas/{swap.id}").text
    assert "The author says that it is the same. I looked for it" in said
    assert "Qui l’a écrite dit que c’est la même chose." in browser().get(f"/ideas/{swap.id}?lang=fr").text
    assert outcome(swap, offline) == Outcome.MERGED


def test_the_author_cannot_object_to_it_and_supporters_hear_once(browser, swap, offline, aicha, marc, sofia, heard):
    told(swap, offline, marc)
    accept(browser, aicha, swap, offline)
    assert not browser(aicha).get(f"/ideas/{swap.id}").has("#joined form")
    assert heard() == []
    with act():
        db.session.scalars(select(Merge)).one().object_until = now() - timedelta(seconds=1)
    assert settle() == 1 and settle() == 0
    assert [name for name, _subject in heard()] == ["marc", "sofia", "tom"]


def test_an_author_needs_somebody_else_to_say_so(browser, swap, offline, aicha):
    """Whoever joins another idea is named beside its author: nobody does that alone."""
    told(swap, offline, aicha)
    here = browser(aicha)
    assert here.get(f"/ideas/{swap.id}/same/answer?with={offline.id}").path.startswith(f"/ideas/{swap.id}-")
    assert not here.get(f"/ideas/{swap.id}").has(".same__mine")
    assert standing(swap) == (None, 0)


def test_only_their_own(browser, swap, offline, tom, marc):
    told(swap, offline, marc)
    assert browser(tom).post(f"/ideas/{swap.id}/same/accept?with={offline.id}", {}).status == 403
    assert browser(marc).post(f"/ideas/{swap.id}/same/decline?with={offline.id}", {}).status == 403
    page = browser(tom).get(f"/ideas/{swap.id}")
    assert page.has(f'a[href*="/ideas/{offline.id}/same/answer"]')


def test_the_author_is_refused_what_staff_are_refused(browser, lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    with act():
        idea = db.session.get_one(Idea, swap.id)
        for kind in (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.SHIPPED):
            idea.change_status(Status.first(Kind.IDEA, kind), by=lea, reason="Done.")
    page = browser(aicha).get(f"/ideas/{swap.id}/same/answer?with={offline.id}")
    assert "What has shipped cannot become" in page.text and not page.has("form#yes")


def test_the_author_cannot_say_that_one_answer_holds_for_both(browser, lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    page = browser(aicha).get(f"/ideas/{swap.id}/same/answer?with={offline.id}")
    with act():
        db.session.get_one(Idea, swap.id).respond("Yes, in spring.", by=lea)
        db.session.get_one(Idea, offline.id).respond("Not this year.", by=lea)
    token, mark = (page.find(f'form#yes [name="{name}"]')["value"] for name in ("csrf_token", "seen"))
    for once in (mark, None):
        page = browser(aicha).post(
            f"/ideas/{swap.id}/same/accept?with={offline.id}", {"csrf_token": token, "seen": once or ""}
        )
        assert page.status == 422
    assert "Our team answered the two" in page.text and standing(swap) == (None, 0)


def test_what_changed_meanwhile_is_looked_at_again_and_the_words_are_kept(browser, lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    here = browser(aicha)
    page = here.get(f"/ideas/{swap.id}/same/answer?with={offline.id}")
    with act():
        db.session.get_one(Idea, offline.id).edit("Another title", "Another text.", by=lea)
    page = here.submit(page, "form#yes", words="Mine is the same.")
    assert page.status == 422 and "Mine is the same." in page.html and standing(swap) == (None, 0)
    assert here.submit(page, "form#yes").status == 200 and standing(swap) == (offline.id, 0)


def test_where_it_was_decided_meanwhile_the_author_is_told(browser, lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    here = browser(aicha)
    page = here.get(f"/ideas/{swap.id}/same/answer?with={offline.id}")
    with act():
        dismiss(Suggestion.between(swap.id, offline.id), by=lea)
    assert "it is decided" in here.submit(page, "form#yes").html and standing(swap) == (None, 0)


def test_the_author_says_no_and_staff_read_why(browser, lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    here = browser(aicha)
    page = here.get(f"/ideas/{swap.id}/same/answer?with={offline.id}")
    page = here.submit(page, "#no form", words="Mine is about managers.")
    assert not page.has(".same__mine") and "You said that yours is something else" in page.text
    staff = browser(lea)
    for where in ("/admin/same", f"/admin/ideas/{swap.id}/similar"):
        text = staff.get(where).text
        assert f"{aicha.display_name} says that theirs is something else" in text and "about managers" in text
    assert "about managers" not in browser(marc).get(f"/ideas/{swap.id}").html


def test_staff_see_what_most_people_say_first(browser, lea, swap, offline, dark_mode, copy_week, marc, ines, sofia):
    told(dark_mode, copy_week, marc)
    told(swap, offline, marc, ines, sofia)
    assert [pair.people for pair in pairs()] == [3, 1]
    page = browser(lea).get("/admin")
    lane = page.find('a[href="/admin/same"]')
    assert lane.get_text(" ").split()[-1] == "2"
    page = browser(lea).get("/admin/same")
    assert "3 people say that it is the same" in page.text
    assert page.has(f'a[href="/admin/ideas/{swap.id}/merge?with={offline.id}"]')


def test_staff_say_that_they_are_not_and_undo_it(browser, lea, swap, offline, marc):
    told(swap, offline, marc)
    here = browser(lea)
    page = here.submit(here.get("/admin/same"), "main form.press")
    assert outcome(swap, offline) == Outcome.DISMISSED and pairs() == [] == seen(swap, marc)
    here.submit(page, 'form[action*="/undo"]')
    assert outcome(swap, offline) == Outcome.WAITS and len(pairs()) == 1


def test_undone_at_once_the_merge_never_happened_and_it_waits_as_before(browser, lea, swap, offline, marc):
    told(swap, offline, marc)
    here = browser(lea)
    page = here.get(f"/admin/ideas/{swap.id}/merge?with={offline.id}")
    page = here.submit(page, "form#merge", reason="The same need.")
    assert outcome(swap, offline) == Outcome.MERGED
    here.submit(page, 'form[action*="/undo"]')
    assert outcome(swap, offline) == Outcome.WAITS and standing(swap) == (None, 0)
    assert checking.findings()["suggestions"] == []


def test_an_objection_waits_until_somebody_of_the_team_has_read_it(browser, lea, swap, offline, aicha):
    join(swap, offline, lea)
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha, words="Mine is about managers.")
    here = browser(lea)
    assert here.get("/admin").find('a[href="/admin/disputed"]').get_text(" ").split()[-1] == "1"
    page = here.get("/admin/disputed")
    assert "Mine is about managers." in page.text and aicha.display_name in page.text
    page = here.submit(page, "main form.press")
    assert "Mine is about managers." not in page.text
    seen_by = db.session.scalars(select(Event).where(Event.action == Action.OBJECTION_SEEN)).all()
    assert [event.actor_id for event in seen_by] == [lea.id]
