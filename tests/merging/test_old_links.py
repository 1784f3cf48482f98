"""What was sent, kept or linked before an idea was merged goes on leading somewhere, and counts where it lives."""

import re
from urllib.parse import urlsplit

import pytest

from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.stopping import following, stop_url
from portal.voting.models import Vote
from tests.accounts import letters
from tests.conftest import act
from tests.merging.families import join, numbers
from tests.voting.test_voting_by_mail import NEW, ask_to_vote

pytestmark = pytest.mark.both


@pytest.fixture
def said(swap, tom):
    """What was said of it, while it stood for itself."""
    with act():
        return Comment.post(db.session.get_one(Idea, swap.id), "Sunday nights, every week.", by=tom).id


@pytest.fixture
def merged(said, lea, offline, swap):
    join(swap, offline, lea)
    return swap


def test_a_vote_that_was_sent_by_mail_before_counts_where_it_lives(browser, lea, offline, swap):
    here = browser()
    ask_to_vote(here, swap)
    join(swap, offline, lea)
    page = here.submit(here.get(letters.link(NEW)), display_name="Zoé")
    assert page.status == 200 and (numbers(offline)["votes_count"], numbers(swap)["votes_count"]) == (7, 4)


def test_a_link_of_an_old_mail_that_stops_it_stops_it_still(browser, app, sofia, lea, offline, swap):
    with app.test_request_context():
        link = urlsplit(stop_url(sofia, f"idea:{swap.id}")).path
    join(swap, offline, lea)
    assert browser().get(link).status == 200 and browser().post(link).status == 200
    assert following(db.session.get_one(Idea, swap.id), sofia) == "muted"


def test_the_address_of_a_comment_leads_to_where_it_is_read_and_its_place_stands_on_the_old_page(
    browser, said, merged, offline
):
    page = browser().get(f"/comments/{said}")
    assert page.path.startswith(f"/ideas/{offline.id}-") and page.find(f"#comment-{said}")
    assert browser().get(f"/ideas/{merged.id}").find(f"#comment-{said}")
    assert browser().get(f"/ideas/{offline.id}").find(f"#comment-{said}")


def test_what_was_told_of_it_before_is_listed_and_leads_to_its_page(browser, sofia, lea, offline, swap, run_jobs):
    with act():
        db.session.get_one(Idea, swap.id).respond("We look into it.", by=lea)
    run_jobs()
    join(swap, offline, lea)
    page = browser(sofia).get("/notifications")
    assert swap.title in page.text and page.soup.select(f'a[href*="/ideas/{swap.id}"], form[action*="notifications"]')


@pytest.mark.parametrize(
    "path", ["/ideas/{id}", "/ideas/{id}-", "/ideas/{id}-an-old-title", "/ideas/{id}/history", "/ideas/{id}/share",
             "/ideas/{id}/share.png", "/ideas/{id}/share.fr.png", "/ideas/{id}/feed.atom"]
)  # fmt: skip
def test_each_address_of_its_own_answers(browser, merged, path):
    assert browser().get(path.format(id=merged.id)).status == 200


def test_it_is_embedded_by_its_old_address(browser, app, merged):
    asked = f"{app.config['PUBLIC_URL']}/ideas/{merged.id}-x"
    assert merged.title in browser().get(f"/oembed?url={asked}").response.get_data(as_text=True)


def test_its_entries_keep_their_names_and_both_feeds_have_one_of_the_merge(browser, lea, offline, swap):
    """A reader that has them by name shows none twice."""
    before = entries(browser, swap)
    join(swap, offline, lea)
    assert before and before < entries(browser, swap)
    assert {"merge"} == {name.split("/")[-2] for name in entries(browser, swap) & entries(browser, offline)}


def entries(browser, idea):
    feed = browser().get(f"/ideas/{idea.id}/feed.atom").response.get_data(as_text=True)
    return {found for entry in feed.split("<entry>")[1:] for found in re.findall("<id>(.*?)</id>", entry)}


@pytest.mark.parametrize("where", ["/search?q=swap+shifts+manager", "/ideas/similar?title=swap+shifts+without+asking"])
def test_what_is_found_by_its_words_leads_to_the_survivor(browser, merged, offline, where):
    page = browser().get(where).response.get_data(as_text=True)
    assert f"/ideas/{offline.id}-" in page and f"/ideas/{merged.id}-" not in page


def test_a_form_to_vote_that_was_open_counts_and_is_taken_back_in_the_family(browser, marc, lea, offline, swap):
    here = browser(marc)
    page = here.get(f"/ideas/{swap.id}")
    join(swap, offline, lea)
    here.submit(page, f'form[action$="/ideas/{swap.id}/vote"]')
    assert Vote.voted_ids(marc, [offline]) == {offline.id} and numbers(offline)["votes_count"] == 7
    here.post(f"/ideas/{offline.id}/vote", {"voted": "0"})
    assert numbers(offline)["votes_count"] == 6 and numbers(swap)["votes_count"] == 3
