"""A portal of one language or several: only those are asked for and shown, and the brand's words are a row in each."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release
from portal.comments.models import Comment
from portal.database.wording import chosen
from portal.extensions import db
from portal.i18n import LANGUAGES, choose_locale, reading_in
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.ideas.statuses import Status
from portal.middleware.caching import key_of
from portal.settings import PortalText, Settings
from tests.browser import Browser, Page
from tests.changelog.releases import published
from tests.conftest import act
from tests.leftovers import in_text, leftovers
from tests.mailbox import Mailbox

Open = Callable[..., Browser]
PEOPLES = (
    User.display_name,
    User.title,
    Idea.title,
    Idea.body,
    Idea.status_reason,
    Comment.body,
    OfficialResponse.body,
)
WRITTEN = (
    "Une salle plus calme",
    "Elle est trop bruyante.",
    "Terrasse",
    "En essai",
    "Le calme",
    "On s’entend.",
    "Houle",
)


def only(*langs: str, first: str = "") -> None:
    """The portal speaks these languages from now on."""
    with act():
        Settings.current().speak([*langs], first or langs[0])


def lang_of(page: Page) -> str:
    return str(page.find("html")["lang"])


def ada() -> User:
    return db.session.scalars(select(User).where(User.email == "ada@example.org")).one()


@pytest.fixture
def french(app: Flask) -> None:
    only("fr")


def test_a_portal_of_one_language_from_set_up_to_a_release(
    browser: Open, app: Flask, tom: User, marc: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    """French only, for an admin, a member and a visitor whose browsers and accounts ask for English."""
    with act():
        db.session.execute(update(User).values(role=Role.MEMBER))
        token = EmailToken(email="", purpose="setup")
        db.session.add(token)
        db.session.flush()
        link = f"/set-up/{token.link_value}"
    admin, member, visitor = browser(), browser(tom), browser()
    answers = {"portal_name": "Houle", "languages": ["fr"], "display_name": "Ada", "email": "ada@example.org"}
    admin.submit(admin.get(link), **answers)
    assert Settings.current().spoken == ["fr"] and ada().lang == "fr"

    page = admin.submit(admin.get("/admin/boards"), "form[action='/admin/boards']", name_fr="Terrasse")
    assert page.path == "/admin/boards" and "Terrasse" in page.text and not page.has("[name=name_en]")
    page = admin.get("/admin/statuses")
    assert not page.has("[name=name_en]") and "En français" not in page.text
    new = {"for_kind": "idea", "kind": "started", "name_fr": "En essai"}
    assert admin.post("/admin/statuses", new).path == "/admin/statuses"
    idea = member.post("/ideas", {"kind": "idea", "title": WRITTEN[0], "body": WRITTEN[1], "board": "terrasse"})
    number = int(idea.path.split("/")[2].split("-")[0])
    with act():
        db.session.get_one(Idea, number).change_status(Status.first("idea", "planned"), by=ada())

    page = admin.get("/admin/releases/new")
    fields = [str(field["name"]) for field in page.soup.select("main form [name^=title], main form [name^=story]")]
    assert fields == ["title_fr", "story_fr"] and page.find("label[for=title_fr]").get_text(strip=True) == "Titre"
    form = "main form[enctype]"
    page = admin.submit(page, form, "publish", title_fr="Le calme", story_fr="", ideas=[str(number)])
    assert "Écrivez le récit." in page.find("#story_fr-error").get_text()
    page = admin.submit(page, form, "publish", story_fr="On s’entend.")
    admin.submit(page, "main form")
    run_jobs()

    mails = [mailbox.text(mail) for mail in mailbox.to(tom)]
    assert any("Le calme" in mail for mail in mails)
    assert not [found for mail in mails for found in in_text(mail, "fr", [*WRITTEN, "Houle", tom.display_name])]
    release = db.session.scalars(select(Release)).one()
    said = [words for column in PEOPLES for words in db.session.scalars(select(column))]
    for reader, paths in {
        visitor: ("/", "/?board=terrasse", idea.path, f"/changelog/{release.id}-le-calme", "/roadmap", "/sign-in"),
        member: ("/settings", "/notifications", "/ideas/new"),
        admin: ("/admin", "/admin/ideas", "/admin/boards", "/admin/statuses", "/admin/releases", "/admin/settings",
                "/admin/texts/conduct", "/admin/emails/planned", f"/admin/members/{tom.handle}"),
    }.items():  # fmt: skip
        for path in paths:
            page = reader.get(path)
            assert page.status == 200 and lang_of(page) == "fr", path
            assert not page.has("link[hreflang], a[hreflang], form[action='/language']"), path
            assert not leftovers(page.html, "fr", said), path
    assert browser(marc).get("/settings").status == 200 and not member.get("/settings").has("select[name=lang]")


@pytest.mark.parametrize("first", ["en", "fr"])
def test_whoever_asks_for_another_language_reads_the_portals_own(browser: Open, tom: User, first: str) -> None:
    only(first)
    other = "fr" if first == "en" else "en"
    with act():
        tom.lang = other
    here = browser(lang=other)
    here.client.set_cookie("lang", other)
    for page in (
        here.get("/"),
        here.get(f"/?lang={other}"),
        browser(tom).get("/"),
        browser(tom).get(f"/?lang={other}"),
    ):
        assert lang_of(page) == first
    assert browser().get(f"/?lang={other}").headers.get("Set-Cookie") is None
    assert browser(tom).post("/language", {"language": other}).status == 400
    only("en", "fr")
    assert lang_of(browser(tom).get("/")) == other, "what a member chose is theirs again once the portal speaks it"


def test_what_is_shared_and_found_is_in_the_languages_of_the_portal(
    browser: Open, french: None, copy_week: Idea, hugo: User
) -> None:
    release = published(hugo, copy_week)
    page = browser().get(f"/changelog/{release.id}/share")
    assert [str(text["lang"]) for text in page.soup.select("textarea")] == ["fr"]
    assert "hreflang" not in browser().get("/sitemap.xml").html
    assert "Preferred-Languages: fr\n" in browser().get("/.well-known/security.txt").html
    assert "Copier une semaine" in browser().get("/changelog").text


@pytest.mark.parametrize("lang", [*LANGUAGES])
def test_a_mail_is_written_in_a_language_of_the_portal(
    browser: Open, tom: User, lang: str, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    only(lang)
    browser(lang="fr" if lang == "en" else "en").post("/sign-in", {"email": tom.email})
    run_jobs()
    (mail,) = mailbox.to(tom)
    assert ("Bonjour" in mailbox.text(mail) or "connecter" in mailbox.text(mail)) == (lang == "fr")


def test_words_of_a_language_that_is_taken_away_come_back_with_it(browser: Open, nora: User, visitor: Browser) -> None:
    admin = browser(nora)
    words = {"welcome_en": "What next?", "welcome_fr": "Et maintenant ?"}
    admin.submit(admin.get("/admin/settings"), "form.settings", **words)
    page = admin.submit(admin.get("/admin/settings"), "form.settings", languages=["en"])
    assert not page.has("[name=welcome_fr]") and visitor.get("/?lang=fr").heading == "What next?"
    admin.submit(admin.get("/admin/settings"), "form.settings", welcome_en="And now?")
    admin.submit(admin.get("/admin/settings"), "form.settings", languages=["en", "fr"])
    assert visitor.get("/?lang=fr").heading == "Et maintenant ?" and visitor.get("/?lang=en").heading == "And now?"
    assert Board.in_order(for_=None)[0].names["fr"] == "Planification"


def test_what_has_no_name_in_a_new_language_is_said_to_staff_and_called_by_its_other(
    browser: Open, nora: User, french: None
) -> None:
    admin = browser(nora)
    admin.submit(admin.get("/admin/boards"), "form[action='/admin/boards']", name_fr="Terrasse")
    only("en", "fr")
    page = admin.get("/admin/boards")
    assert "Terrasse No name in English yet" in page.text and page.text.count("Terrasse") == 3
    board = db.session.scalars(select(Board).where(Board.slug == "terrasse")).one()
    page = admin.submit(page, "form[action='/admin/boards']", name_en="Roof", name_fr="terrasse")
    assert page.status == 422 and "“Terrasse” has this name." in page.find("#name_fr-error").get_text()
    admin.submit(admin.get(f"/admin/boards/{board.id}"), "main form", name_en="Terrace")
    assert admin.get("/admin/boards").text.count("Terrace Terrasse") == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"languages": None}, "languages", "Choose at least one language."),
        ({"languages": ["en", "de"]}, "languages", "This is not on the list."),
        ({"default_lang": "de"}, "default_lang", "This is not on the list."),
    ],
)
def test_languages_that_cannot_be_are_said_at_their_field(
    browser: Open, nora: User, typed: dict[str, object], field: str, said: str
) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin/settings"), "form.settings", name="Kept", **typed)
    assert page.status == 422 and said in page.find(f"#{field}-error").get_text()
    assert page.find("#name")["value"] == "Kept" and Settings.current().spoken == ["en", "fr"]


def test_the_only_language_is_the_portals_own(browser: Open, nora: User) -> None:
    admin = browser(nora)
    admin.submit(admin.get("/admin/settings"), "form.settings", languages=["fr"], default_lang="en")
    assert (Settings.current().spoken, Settings.current().default_lang) == (["fr"], "fr")
    (event,) = db.session.scalars(select(Event).where(Event.action == Action.SETTINGS_CHANGED))
    assert event.facts["changes"] == {"default_lang": ["en", "fr"], "languages": ["en,fr", "fr"]}
    only("en", "fr")
    page = browser(nora).get("/admin/audit")
    assert "Languages" in page.text and "English, French" in page.text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({"en": "Shifts", "fr": "Postes"}, "Postes"),
        ({"en": "Shifts"}, "Shifts"),
        ({"en": "Shifts", "fr": ""}, "Shifts"),
        ({"de": "Schichten"}, "Schichten"),
        ({}, ""),
    ],
)
def test_a_reader_sees_their_words_else_the_portals_else_any(app: Flask, words: dict[str, str], shown: str) -> None:
    with reading_in("fr"):
        assert chosen(words) == shown


def test_an_empty_text_makes_room_for_the_first_version(app: Flask) -> None:
    with act():
        Settings.current().write("conduct", {"en": "Ours.", "fr": ""})
        Settings.current().write("conduct", {"en": ""})
    assert Settings.current().words("conduct") == {}
    assert [row.lang for row in db.session.scalars(select(PortalText))] == ["en"]


def test_two_visitors_with_one_key_read_one_language(app: Flask) -> None:
    """Whatever languages a portal speaks: what is kept for one of them is what the other would be given."""
    cookies, headers = ("", "en", "fr", "de"), ("", "en", "fr", "fr, en;q=0.5", "de", "de, fr;q=0.5", "de, en;q=0.5")
    for several in ([*LANGUAGES], *([lang] for lang in LANGUAGES)):
        only(*several)
        given: dict[object, str] = {}
        for cookie, header in itertools.product(cookies, headers):
            sent = {"Accept-Language": header, **({"Cookie": f"lang={cookie}"} if cookie else {})}
            with app.test_request_context("/", headers=sent) as asked:
                key = key_of(asked.request.environ, "session")
                assert given.setdefault(key, choose_locale()) == choose_locale(), (several, cookie, header)


def test_pages_of_errors_speak_the_portals_language_without_the_database(app: Flask, french: None) -> None:
    from portal.web.errors import plain

    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        app.extensions["last_brand"].update(SimpleNamespace(languages=("fr",)).__dict__)
        assert '<html lang="fr">' in plain("503")
    app.extensions["last_brand"].clear()
