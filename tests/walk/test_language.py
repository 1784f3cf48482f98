"""A French reader and an English reader find no word of the other language, on any page, in any state, in any error."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.changelog.models import ReleaseText
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.ideas.revisions import Revision
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.moderation.models import Flag
from portal.settings import Settings
from tests import leftovers
from tests.browser import Browser, Page
from tests.walk.pages import ADMIN, MEMBER, STAFF, VISITOR, Sample
from tests.walk.walker import Served
from tests.walk.world import World

LANGUAGES = ("en", "fr")
WRITTEN = (
    Idea.title, Idea.body, Idea.status_reason, Idea.hidden_reason, Idea.expected, Idea.version, Revision.title,
    Revision.body, User.display_name, User.title, User.bio, User.pseudonym, User.email, Comment.body, ReleaseText.title,
    Flag.words, ReleaseText.story, OfficialResponse.body, Tag.name, Settings.name,
)  # fmt: skip
# Where each form is, whose it is, and what is typed into it that cannot be taken.
WRONG: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("/sign-in", VISITOR, "main form", {"email": "nobody@nowhere"}),
    ("/sign-in", VISITOR, "main form", {"email": ""}),
    ("/ideas/new", MEMBER, "#proposal", {"title": "Short"}),
    ("/ideas/new", VISITOR, "#proposal", {"title": "", "email": "x"}),
    ("/ideas/new?kind=issue", MEMBER, "#proposal", {"title": "", "body": ""}),
    ("/ideas/{offline}/edit", MEMBER, "main form.form", {"title": ""}),
    ("/ideas/{offline}/vote", VISITOR, "main form", {"email": "nobody"}),
    ("/ideas/{offline}", MEMBER, "#compose", {"body": ""}),
    ("/comments/{comment}/edit", MEMBER, "main form.form", {"body": ""}),
    ("/sign-in/{new_link}", VISITOR, "main form", {"display_name": "www.cheap.example"}),
    ("/settings", MEMBER, "form:has([name=display_name])", {"display_name": "", "pseudonym": "x" * 100}),
    ("/settings/erase", MEMBER, "main form.form", {}),
    ("/admin/settings", ADMIN, "form.settings", {"name": "", "hue": "900", "chroma": "3"}),
    ("/admin/boards", ADMIN, "main form.form", {"name_en": "", "name_fr": ""}),
    ("/admin/members/tom-becker", ADMIN, "form:has([name=reason])", {"reason": ""}),
    ("/admin/partners/{partner}", STAFF, "main form.form", {"body": ""}),
)


@pytest.fixture(scope="session")
def worlds(served_portals: dict[str, Served]) -> dict[str, World]:
    """The portals of the walk."""
    return {kind: served.world for kind, served in served_portals.items()}


@pytest.fixture(scope="session")
def written(worlds: dict[str, World]) -> dict[str, set[str]]:
    """What people wrote in each portal, in whatever language they like."""
    return {kind: _written(world) for kind, world in worlds.items()}


def _written(world: World) -> set[str]:
    with world.app.app_context():
        said = {text for column in WRITTEN for text in db.session.scalars(select(column).distinct()) if text}
        said |= {text for words in db.session.scalars(select(User.hidden_words)) for text in words.values() if text}
        for facts in db.session.scalars(select(Event.facts)):
            said |= {fact for fact in facts.values() if isinstance(fact, str) and " " in fact}
        db.session.rollback()
    return said


def reader(world: World, who: str, lang: str) -> Browser:
    if who or "stop" in world.facts:
        world.speaks(who or MEMBER, lang)  # a visitor may come from a mail to this member
    if not who:
        return Browser(world.app, lang=lang)
    with world.app.app_context():
        user = db.session.scalars(select(User).where(User.handle == who)).one()
        db.session.rollback()
        return Browser(world.app, user, lang)


def names(world: World, lang: str) -> set[str]:
    """The names of boards and statuses in the other language, where they differ."""
    with world.app.app_context():
        rows = [*db.session.scalars(select(Board)), *db.session.scalars(select(Status))]
        pairs = {(row.names["en"], row.names["fr"]) for row in rows}
        db.session.rollback()
    mine, theirs = ({pair[side] for pair in pairs} for side in ((1, 0) if lang == "fr" else (0, 1)))
    return theirs - mine


def is_all_in(page: Page, lang: str, world: World, said: set[str]) -> None:
    assert page.find("html")["lang"] == lang, f"{page.path} is in {page.find('html')['lang']}"
    found = leftovers.leftovers(page.html, lang, said)
    strangers = names(world, lang) & set(leftovers.visible(page.html, lang))
    assert not found and not strangers, f"{page.path}: {found} {strangers}"


def test_a_page_has_one_language(
    worlds: dict[str, World], written: dict[str, set[str]], sample: Sample, lang: str
) -> None:
    world = worlds[sample.portal]
    address = urlsplit(sample.path.format(**world.facts))
    with world.app.app_context():
        page = reader(world, sample.who, lang)._open(
            f"{address.path}?{address.query}",
            method="GET",
            follow_redirects=True,
            headers={"Host": address.netloc} if address.netloc else {},
        )
    subjects = (
        {str(link.get_text()) for link in page.soup.select("main h1, main li a")} if "dev-" in sample.name else set()
    )
    is_all_in(page, lang, world, written[sample.portal] | subjects)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("path", "who", "form", "typed"), WRONG, ids=[f"{w[0]}-{i}" for i, w in enumerate(WRONG)])
def test_what_is_refused_is_refused_in_one_language(
    worlds: dict[str, World], written: dict[str, set[str]], path: str, who: str, form: str, typed: dict[str, str],
    lang: str,
) -> None:  # fmt: skip
    world = worlds["demo"]
    with world.app.app_context():
        browser = reader(world, who, lang)
        page = browser.submit(browser.get(path.format(**world.facts)), form, **typed)
    assert page.status == 422, page.text
    is_all_in(page, lang, world, written["demo"])


PAGE = "<html lang='{lang}'><head><title>Marée</title></head><body><main>{words}</main></body></html>"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "<p>Share an idea</p>"),
        ("fr", "<button aria-label='Copy the link'></button>"),
        ("fr", "<input placeholder='I’d like to be able to…'>"),
        ("fr", "<p>3 votes · 12 days ago</p>"),
        ("fr", "<p>Comments</p>"),
        ("en", "<p>Proposer une idée</p>"),
        ("en", "<img alt='Fil d’Ariane'>"),
        ("en", "<p>Façonnée par 44 personnes</p>"),
        ("en", "<p>Nouveau statut : « Planned ».</p>"),
    ],
)
def test_a_leftover_is_found(lang: str, words: str) -> None:
    assert leftovers.leftovers(PAGE.format(lang=lang, words=words), lang)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "<p>Proposer une idée</p><p>12 votes</p><p>Notifications</p>"),
        ("en", "<p>Share an idea</p><p>12 votes</p><p>Code</p>"),
        ("fr", "<p lang='en'>Share an idea</p><div class='prose'>Share an idea</div>"),
        ("fr", "<h3>Share an idea with the kitchen</h3>"),
    ],
)
def test_what_belongs_is_left_alone(lang: str, words: str) -> None:
    assert not leftovers.leftovers(PAGE.format(lang=lang, words=words), lang, ["Share an idea with the kitchen"])
