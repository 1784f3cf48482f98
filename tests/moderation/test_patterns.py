"""Hints for staff: many new members of one domain, or of one network, who vote for one idea."""

import hashlib
from datetime import timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.backups import saving
from portal.clock import now
from portal.extensions import db
from portal.moderation.networks import VoteNetwork
from portal.moderation.patterns import FEWEST, patterns
from portal.privacy.purging import purge
from portal.privacy.retention import VOTE_NETWORKS
from portal.voting.models import Vote
from portal.voting.setting_aside import set_aside
from tests.accounts import letters
from tests.conftest import act
from tests.privacy.held import data_in, taken_along

pytestmark = pytest.mark.both

PLACE = "/admin/moderation/votes"


def join(*addresses):
    with act():
        return [User.join(address, address.partition("@")[0].title(), "en") for address in addresses]


def vote_all(idea, people):
    with act():
        for person in people:
            Vote.cast(idea, by=person)


def vote_from(app, idea, person, network):
    """Press the button of a browser in this network."""
    from tests.browser import Browser

    browser = Browser(app, person)
    browser.post(f"/ideas/{idea.id}/vote", {"voted": "1"}, environ_overrides={"REMOTE_ADDR": network})


def noted():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(VoteNetwork))


@pytest.fixture
def catch_all(dark_mode):
    people = join(*(f"a{number}@catch-all.example" for number in range(FEWEST + 1)))
    vote_all(dark_mode, people)
    return people


def test_many_new_members_of_one_domain_are_a_hint_with_numbers_and_names(browser, hugo, dark_mode, catch_all):
    page = browser(hugo).get(PLACE)
    assert "5 new members of catch-all.example voted for it: perhaps one company." in page.text
    assert dark_mode.title in page.text and "A3" in page.text
    assert browser(hugo).get("/admin/moderation").find(f'a[href="{PLACE}"] span').get_text() == "1"


def test_the_pattern_leads_to_its_votes_which_are_set_aside_together(browser, hugo, dark_mode, catch_all):
    staff = browser(hugo)
    page = staff.get(staff.get(PLACE).find("main article a.btn")["href"])
    assert len(page.soup.select("[name=voter][checked]")) == 5 and "Yuki" not in page.find("#voters").get_text()
    ids = [box["value"] for box in page.soup.select("[name=voter][checked]")]
    staff.submit(page, 'main form[action$="set-aside"]', voter=ids, reason="One person.")
    db.session.rollback()
    assert (dark_mode.votes_count, dark_mode.votes_set_aside) == (1, 5)
    assert "Nothing stands out." in staff.get(PLACE).text


def test_a_large_provider_is_no_pattern(dark_mode):
    vote_all(dark_mode, join(*(f"name{number}@orange.fr" for number in range(9))))
    assert patterns() == []


def test_few_of_them_and_members_of_long_standing_are_no_pattern(app, dark_mode):
    people = join(*(f"b{number}@bakery.example" for number in range(FEWEST)))
    vote_all(dark_mode, people[1:])
    assert patterns() == []
    vote_all(dark_mode, people)
    assert [pattern.number for pattern in patterns()] == [FEWEST]
    with act():
        for person in people:
            person.created_at = now() - timedelta(days=31)
    assert patterns() == []


def test_votes_for_different_ideas_are_no_pattern(dark_mode, swap):
    people = join(*(f"c{number}@company.example" for number in range(4)))
    vote_all(dark_mode, people[:2])
    vote_all(swap, people[2:])
    assert patterns() == []


def test_many_new_members_of_one_network_are_a_hint_and_the_network_is_nowhere(app, browser, hugo, dark_mode):
    for number, person in enumerate(join(*(f"d{n}@place{n}.example" for n in range(FEWEST)))):
        vote_from(app, dark_mode, person, f"2001:db8:1:2::{number + 1}")
    (elsewhere,) = join("other@elsewhere.example")
    vote_from(app, dark_mode, elsewhere, "198.51.100.7")
    staff = browser(hugo)
    page = staff.get(PLACE)
    assert "4 new members voted for it from one network" in page.text
    hashes = set(db.session.scalars(select(VoteNetwork.network)))
    votes = staff.get(page.find("main article a.btn")["href"])
    assert len(votes.soup.select("[name=voter][checked]")) == 4 and "elsewhere" not in votes.find("#voters").get_text()
    for text in (page.html, votes.html):
        assert "2001:db8" not in text and not any(hash in text for hash in hashes)


def test_the_network_is_kept_as_a_keyed_hash_that_differs_for_each_idea(app, dark_mode, swap):
    (eve,) = join("eve@example.org")
    for idea in (dark_mode, swap):
        vote_from(app, idea, eve, "203.0.113.9")
    hashes = list(db.session.scalars(select(VoteNetwork.network)))
    plain = {hashlib.sha256(said.encode()).hexdigest() for said in ("203.0.113.9", f"{dark_mode.id}:203.0.113.9")}
    assert len(set(hashes)) == 2 and all(len(kept) == 64 for kept in hashes) and not plain & set(hashes)


def test_another_key_makes_another_hash_of_the_same_network(app, made_again, dark_mode):
    """Without a key, whoever has the table finds the networks by trying all."""
    eve, ann = join("eve@example.org", "ann@example.org")
    vote_from(app, dark_mode, eve, "203.0.113.9")
    vote_from(made_again(SECRET_KEY="of another portal " * 2), dark_mode, ann, "203.0.113.9")
    assert noted() == 2 == len(set(db.session.scalars(select(VoteNetwork.network))))


def test_a_vote_that_was_confirmed_by_mail_notes_its_network_too(browser, dark_mode):
    here = browser()
    here.submit(here.get(f"/ideas/{dark_mode.id}/vote"), "main form", email="new@example.org")
    here.submit(here.get(letters.link("new@example.org")), display_name="New")
    assert noted() == 1


def test_of_members_of_long_standing_no_network_is_kept(app, dark_mode, tom):
    vote_from(app, dark_mode, tom, "203.0.113.9")
    assert noted() == 0


def test_after_seven_days_it_is_forgotten_by_a_job(app, dark_mode):
    (eve,) = join("eve@example.org")
    vote_from(app, dark_mode, eve, "203.0.113.9")
    assert purge(VOTE_NETWORKS) == 0 and noted() == 1
    with act():
        db.session.scalars(select(VoteNetwork)).one().created_at = now() - timedelta(days=7, seconds=1)
    assert purge(VOTE_NETWORKS) == 1 and purge(VOTE_NETWORKS) == 0


def test_after_seven_days_nobody_reads_it_even_where_the_job_did_not_run(app, browser, hugo, dark_mode):
    for person in join(*(f"d{n}@place{n}.example" for n in range(FEWEST))):
        vote_from(app, dark_mode, person, "203.0.113.9")
    staff = browser(hugo)
    link = staff.get(PLACE).find("main article a.btn")["href"]
    assert len(staff.get(link).soup.select("[name=voter][checked]")) == FEWEST
    with act():
        db.session.execute(update(VoteNetwork).values(created_at=now() - timedelta(days=7, seconds=1)))
    assert "Nothing stands out." in staff.get(PLACE).text
    assert not staff.get(link).soup.select("[name=voter][checked]")


def test_no_backup_holds_it(app, dark_mode, tmp_path):
    (eve,) = join("eve@example.org")
    vote_from(app, dark_mode, eve, "203.0.113.9")
    saving.save(tmp_path / "backup.zip")
    with ZipFile(tmp_path / "backup.zip") as saved:
        names = saved.namelist()
    assert "tables/vote.jsonl" in names and "tables/vote_network.jsonl" not in names


def test_it_goes_with_the_vote(app, browser, dark_mode):
    (eve,) = join("eve@example.org")
    vote_from(app, dark_mode, eve, "203.0.113.9")
    browser(eve).post(f"/ideas/{dark_mode.id}/vote", {"voted": "0"})
    assert noted() == 0


def test_a_person_takes_along_that_it_is_held(app, browser, dark_mode):
    (eve,) = join("eve@example.org")
    vote_from(app, dark_mode, eve, "203.0.113.9")
    data = data_in(taken_along(browser(eve)))
    assert [held["idea_id"] for held in data["networks_of_votes"]] == [dark_mode.id]


def test_votes_that_are_set_aside_make_no_pattern(lea, dark_mode, catch_all):
    with act():
        set_aside(dark_mode, [person.id for person in catch_all[:2]], by=lea, reason="One person.")
    assert patterns() == []
