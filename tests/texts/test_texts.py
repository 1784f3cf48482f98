"""The standing texts: read by everyone, rewritten by admins, never over each other."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.ideas.models import Idea
from portal.settings import Settings
from portal.texts.standing import EDITABLE, Text, first_version
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


@pytest.mark.parametrize("path", ["/conduct", "/privacy", "/accessibility"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_everyone_reads_the_texts_in_their_language(browser: Opens, path: str, lang: str) -> None:
    page = browser(lang=lang).get(path)
    words = {"en": "write to", "fr": "écrivez à"}[lang]
    assert words in page.text and page.has("main .prose h2") and page.has('main a[href^="mailto:"]')
    assert "{" not in page.find("main .prose").get_text()


def test_every_page_leads_to_the_texts_in_the_same_order(browser: Opens, tom: User) -> None:
    for opened in (browser(), browser(tom)):
        links = [str(link["href"]) for link in opened.get("/roadmap").soup.select("footer nav a")]
        assert links[:3] == ["/accessibility", "/privacy", "/conduct"]
        assert links[-2:] == ["/feed.atom", "/ideas/new?kind=issue"]


def test_the_brand_is_only_a_name_in_a_text(browser: Opens) -> None:
    with act():
        Settings.current().name = "*[Houle](https://evil.example) <b>"
    page = browser().get("/conduct")
    assert "*[Houle](https://evil.example) <b> reads every idea" in page.text
    assert not page.has('.prose a[href*="evil"]') and not page.has(".prose b")


def test_an_admin_rewrites_a_text(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin/texts/conduct"), "main form", text_en="# Be kind\n\nTo {brand} too.")
    assert page.path == "/conduct" and page.find(".prose h2").get_text() == "Be kind"
    assert "To Marée too." in page.text
    assert "Nous suivons ces lignes" in browser(lang="fr").get("/conduct").text
    told = db.session.scalars(select(Event).where(Event.action == Action.TEXT_CHANGED)).one()
    assert told.actor_id == nora.id and told.facts["text"] == "conduct"
    assert f"{nora.display_name} changed the code of conduct" in admin.get("/admin/audit").text


def test_saving_our_own_words_keeps_none(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    admin.submit(admin.get("/admin/texts/privacy"), "main form", text_en="Ours.", text_fr="À nous.")
    page = admin.get("/admin/texts/privacy?first=1")
    assert page.find("#text_en").get_text().strip() == first_version(Text.PRIVACY, "en")
    assert Settings.current().words("privacy")["en"] == "Ours.", "nothing is saved before the button"
    admin.submit(page, "main form")
    db.session.rollback()
    assert Settings.current().words("privacy") == {}
    assert "Our first version" in admin.get("/admin/texts").text


def test_two_admins_do_not_write_over_each_other_unknowingly(browser: Opens, nora: User, lea: User) -> None:
    with act():
        lea.role, lea.lang = "admin", "en"
    first, second = browser(nora), browser(lea)
    opened = second.get("/admin/texts/conduct")
    first.submit(first.get("/admin/texts/conduct"), "main form", text_en="Nora’s words.")
    page = second.submit(opened, "main form", text_en="Léa’s words.")
    assert page.status == 422 and "Changed by Nora Klein, just now." in page.text
    assert (
        "Léa’s words." in page.find("#text_en").get_text()
        and "Nora’s words." in page.find("#text_en-theirs").get_text()
    )
    assert Settings.current().words("conduct")["en"] == "Nora’s words."
    second.submit(page, "main form")
    db.session.rollback()
    assert Settings.current().words("conduct")["en"] == "Léa’s words."


def test_a_text_is_looked_at_before_it_is_saved(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin/texts/conduct"), "main form", button="look", text_en="# For {brand}")
    assert page.status == 200 and page.find(".card.prose h2").get_text() == "For Marée"
    assert Settings.current().words("conduct") == {}
    assert "Marée" in admin.post("/admin/texts/preview", {"text": "{brand}"}).html


@pytest.mark.parametrize(
    ("words", "message"), [("", "Write the text in English."), ("x" * 20_001, "Shorten it to 20,000.")]
)
def test_a_text_that_cannot_be_is_refused_and_kept(browser: Opens, nora: User, words: str, message: str) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin/texts/conduct"), "main form", text_en=words, text_fr="Gardé.")
    assert page.status == 422 and message in page.find("#text_en-error").get_text()
    assert page.find("#text_fr").get_text().strip() == "Gardé."
    assert admin.post("/admin/texts/conduct", {"text_en": "a", "text_fr": "b"}, token=False).status == 422


def test_only_admins_write_the_texts(browser: Opens, tom: User, hugo: User) -> None:
    for person in (tom, hugo):
        assert browser(person).get("/admin/texts/conduct").status == 403
        assert browser(person).post("/admin/texts/conduct", {"text_en": "a", "text_fr": "b"}).status == 403
    assert browser(hugo).get("/admin/texts").status == 403


def test_who_joins_or_comments_is_told_what_it_means(browser: Opens, offline: Idea, tom: User) -> None:
    for path in ("/sign-in", f"/ideas/{offline.id}/comments/new"):
        page = browser().get(path)
        assert page.has('main a[href="/conduct"]') and page.has('main a[href="/privacy"]'), path
    assert not browser(tom).get(f"/ideas/{offline.id}").has('main a[href="/conduct"]')


def test_the_settings_lead_to_the_texts(browser: Opens, nora: User) -> None:
    assert browser(nora).get("/admin/settings").has('main a[href="/admin/texts"]')


def test_each_text_ships_in_both_languages() -> None:
    for text in Text:
        english, french = (first_version(text, lang) for lang in ("en", "fr"))
        assert english.count("\n# ") == french.count("\n# "), text
        assert "'" not in french and " :" not in french, text
    assert set(EDITABLE) == {Text.CONDUCT, Text.PRIVACY}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_ships_in_every_language(lang: str) -> None:
    assert all(first_version(text, lang) for text in Text)
