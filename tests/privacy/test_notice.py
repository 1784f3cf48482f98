"""Below the privacy text stands all that is held of a person, whoever wrote that text."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.i18n import reading_in
from portal.privacy.holdings import HOLDINGS, Withheld
from portal.privacy.notice_lines import GROUPS
from portal.settings import Settings
from tests.browser import Browser, Page
from tests.conftest import act

Opens = Callable[..., Browser]


def table(page: Page) -> str:
    return one_line(page.find(".holdings").get_text(" "))


def one_line(words: object) -> str:
    return " ".join(str(words).split())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_everything_that_is_held_stands_there_in_the_readers_language(browser: Opens, lang: str) -> None:
    page = browser(lang=lang).get("/privacy")
    with reading_in(lang):
        for holding in HOLDINGS:
            said = [holding.line.what, holding.line.note, *(retention.words for retention in holding.purged)]
            said += [holding.handed_over.why] if isinstance(holding.handed_over, Withheld) else []
            assert not [words for words in said if one_line(words) not in table(page)]
        assert [group.get_text() for group in page.soup.select(".holdings__group")] == [*map(str, GROUPS.values())]


def test_it_says_how_long_and_what_becomes_of_it(visitor: Browser) -> None:
    listed = visitor.get("/privacy").soup.select("tr:has(td)")
    rows = {one_line(row.th.contents[0]): one_line(row.td.get_text(" ")) for row in listed}
    assert rows["Messages with which you sign in"] == "After 1 day"
    assert rows["The network of a new member’s vote"] == "After 7 days"
    assert rows["Changes of your address"] == "30 days after it is over Unanswered: after 14 days"
    assert rows["Notifications"] == "With your account"
    assert rows["Comments"].startswith("Stays without your name, or goes")


def test_it_stands_below_the_words_of_an_admin_too(visitor: Browser, browser: Opens, nora: User) -> None:
    with act():
        Settings.current().write("privacy", {"en": "Ours. See [it](#held)."})
    page = visitor.get("/privacy")
    assert page.find(".prose").get_text().strip() == "Ours. See it." and "After 7 days" in table(page)
    assert page.has('.prose a[href="#held"]') and page.has("h2#held")
    assert "Below your words, the page always shows" in browser(nora).get("/admin/texts/privacy").text
    assert not visitor.get("/conduct").has(".holdings")


def test_the_settings_lead_there(browser: Opens, tom: User) -> None:
    assert browser(tom).get("/settings").has('#section-data a[href="/privacy#held"]')
