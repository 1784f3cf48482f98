"""What feed readers and search engines get: public things, well formed, in the reader's language."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.changelog.releases import published, said, unseen
from tests.conftest import act

pytestmark = pytest.mark.both

Browse = Callable[..., Browser]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def feed(reader: Browser, url: str = "/feed.atom") -> ElementTree.Element:
    page = reader.get(url)
    assert page.status == 200 and page.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(page.response.get_data())


def entries(tree: ElementTree.Element) -> list[str]:
    return [str(title.text) for title in tree.findall("a:entry/a:title", ATOM)]


def test_the_feed_tells_of_ideas_responses_and_releases(
    browser: Browse, lea: User, dark_mode: Idea, copy_week: Idea
) -> None:
    with act():
        db.session.add(Release(author=lea, texts=said("Offline is here", "At **last**."), published_at=now()))
        db.session.add(Release(author=lea, texts=said("A draft")))
    found = entries(feed(browser()))
    assert {dark_mode.title, f"Marée answers: {copy_week.title}", "Offline is here"} <= set(found)
    assert "A draft" not in found


def test_an_entry_has_all_that_atom_asks_for(visitor: Browser) -> None:
    tree = feed(visitor)
    assert tree.findtext("a:updated", namespaces=ATOM) and tree.findtext("a:id", namespaces=ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in tree.findall("a:entry", ATOM)]
    assert len(ids) == len(set(ids)) > 0
    for entry in tree.findall("a:entry", ATOM):
        for name in ("title", "updated", "author/a:name"):
            assert entry.findtext(f"a:{name}", namespaces=ATOM)
        assert entry.find("a:link", ATOM).attrib["href"].startswith("http://127.0.0.1:8000/")  # type: ignore[union-attr]
    moments = [str(entry.findtext("a:updated", namespaces=ATOM)) for entry in tree.findall("a:entry", ATOM)]
    assert moments == sorted(moments, reverse=True)


def test_private_and_hidden_things_are_in_no_feed(browser: Browse, lea: User, salary_leak: Idea, fax: Idea) -> None:
    with act():
        fax.hide(by=lea, reason="Spam")
        fax.respond("We will not", by=lea)
        db.session.add_all(unseen(lea))
    for reader in (browser(), browser(lea)):
        text = " ".join(entries(feed(reader)))
        assert salary_leak.title not in text and fax.title not in text and "Nobody sees it" not in text
    assert browser(lea).get(f"/ideas/{salary_leak.id}/feed.atom").status == 404


def test_an_idea_has_a_feed_of_its_own(browser: Browse, lea: User, tom: User, copy_week: Idea) -> None:
    with act():
        Comment.note(copy_week, "Secret plan", by=lea)
        hidden = Comment.post(copy_week, "Buy pills", by=tom)
        hidden.hidden_at = now()
    tree = feed(browser(), f"/ideas/{copy_week.id}/feed.atom")
    found = entries(tree)
    assert copy_week.title in found and f"Tom Becker commented on {copy_week.title}" in found
    text = ElementTree.tostring(tree, encoding="unicode")
    assert "Secret plan" not in text and "Buy pills" not in text


def test_every_step_of_an_idea_is_in_its_feed_with_its_reason(visitor: Browser, dark_mode: Idea, lea: User) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea, reason="The night shift asked *first*.")
        dark_mode.change_status(Status.first("idea", "under_review"), by=lea, reason="The screens changed.")
    tree = feed(visitor, f"/ideas/{dark_mode.id}/feed.atom")
    assert entries(tree)[:2] == [f"Under review: {dark_mode.title}", f"Planned: {dark_mode.title}"]
    said = [str(entry.findtext("a:content", namespaces=ATOM)) for entry in tree.findall("a:entry", ATOM)]
    assert "The screens changed." in said[0] and "<em>first</em>" in said[1]
    assert f"Planned: {dark_mode.title}" in entries(feed(visitor))


def test_the_feed_of_a_shipped_idea_leads_to_its_release(visitor: Browser, copy_week: Idea, lea: User) -> None:
    release, feed_of_idea = published(lea, copy_week), f"/ideas/{copy_week.id}/feed.atom"
    found = feed(visitor, feed_of_idea)
    links = {
        str(entry.findtext("a:title", namespaces=ATOM)): entry.find("a:link", ATOM).attrib["href"]  # type: ignore[union-attr]
        for entry in found.findall("a:entry", ATOM)
    }
    assert links["Copy a week"] == f"http://127.0.0.1:8000{release.url}"
    assert f"Shipped: {copy_week.title}" in links
    with act():
        release.hide(by=lea, reason="Wrong")
    assert "Copy a week" not in entries(feed(visitor, feed_of_idea))


def test_a_feed_tells_no_step_of_what_is_out_of_sight(
    visitor: Browser, dark_mode: Idea, salary_leak: Idea, lea: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea, reason="Quetzal")
        dark_mode.hide(by=lea, reason="Spam")
        salary_leak.change_status(Status.first("issue", "planned"), by=lea, reason="Quetzal")
    assert "Quetzal" not in visitor.get("/feed.atom").response.get_data(as_text=True)


def test_the_feed_of_a_board_tells_of_that_board_alone(
    visitor: Browser, offline: Idea, copy_week: Idea, lea: User
) -> None:
    assert offline.board and copy_week.board and offline.board.slug == "mobile" != copy_week.board.slug
    with act():
        offline.respond("We are on it.", by=lea)
        for idea, title in ((offline, "Offline is here"), (copy_week, "Copy is here")):
            release = Release(author=lea, texts=said(title), published_at=now())
            db.session.add(release)
            release.ideas = [idea]
    found = entries(feed(visitor, "/feed.atom?board=mobile"))
    told = {offline.title, f"Marée answers: {offline.title}", "Offline is here", f"Planned: {offline.title}"}
    assert told <= set(found)
    assert not [title for title in found if copy_week.title in title or title == "Copy is here"]
    assert visitor.get("/?board=mobile").has('link[rel=alternate][href="/feed.atom?board=mobile"]')
    assert visitor.get("/feed.atom?board=nowhere").status == 404


def test_a_note_of_staff_is_in_no_feed(browser: Browse, lea: User, copy_week: Idea) -> None:
    """Whoever asks: a feed is one for all, and its address is copied into programs."""
    with act():
        Comment.note(copy_week, "Between us", by=lea)
    for reader in (browser(), browser(copy_week.author), browser(lea)):
        for url in ("/feed.atom", f"/ideas/{copy_week.id}/feed.atom"):
            page = reader.get(url)
            assert page.status == 200 and "Between us" not in page.response.get_data(as_text=True), url


def test_what_people_write_cannot_break_a_feed(browser: Browse, tom: User) -> None:
    with act():
        Idea.propose(tom, "Cats & <dogs>\x0b\x00 ]]>"[:14] + "\x0b", "\x1b[31m & <script>")
    assert any(title.startswith("Cats & <dogs>") for title in entries(feed(browser())))


def test_a_feed_speaks_the_readers_language(browser: Browse) -> None:
    assert feed(browser(lang="fr")).attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fr"


def test_the_sitemap_lists_public_pages_in_each_language(
    browser: Browse, lea: User, salary_leak: Idea, fax: Idea, dark_mode: Idea
) -> None:
    with act():
        fax.hide(by=lea, reason="Spam")
        release = Release(author=lea, texts=said("Offline is here"), published_at=now())
        db.session.add_all([release, *unseen(lea)])
    page = browser(lea).get("/sitemap.xml")
    assert page.headers["Content-Type"] == "application/xml; charset=utf-8"
    tree = ElementTree.fromstring(page.response.get_data())
    urls = [str(place.text) for place in tree.findall("s:url/s:loc", MAP)]
    base = "http://127.0.0.1:8000"
    assert {f"{base}/", f"{base}/roadmap", f"{base}/changelog", f"{base}/boards/mobile"} <= set(urls)
    assert f"{base}/ideas/{dark_mode.id}-a-dark-mode-for-the-night-shift" in urls
    assert [url for url in urls if "/changelog/" in url] == [base + release.url]
    assert not [url for url in urls if re.search(rf"/ideas/({salary_leak.id}|{fax.id})-", url)]
    links = tree.findall("s:url/x:link", MAP)
    assert len(links) == 2 * len(urls)
    assert {f"{base}/boards/mobile?lang=fr", f"{base}/?lang=en"} <= {link.attrib["href"] for link in links}


def test_robots_learn_where_the_sitemap_is(visitor: Browser) -> None:
    page = visitor.get("/robots.txt")
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in page.html and "Disallow: /admin" in page.html
    assert page.headers["Content-Type"].startswith("text/plain")
