"""One mailbox of a large provider has one account, however its address is spelled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from flask_login import current_user
from flask_migrate import upgrade
from sqlalchemy import func, select, text, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.mailboxes import is_of_many, mailbox_of
from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.accounts.signing_in import enter
from portal.app import create_app
from portal.clock import now
from portal.extensions import db
from portal.middleware.limits import MESSAGES_A_MAILBOX, WRONG_CODES_A_MAILBOX
from portal.privacy.erasing import erase
from portal.voting.models import Vote
from tests.accounts import letters
from tests.accounts.letters import ask, is_signed_in
from tests.chaos.test_at_once import all_at_once
from tests.conftest import act
from tests.launcher.test_serving import wait

pytestmark = pytest.mark.both

OLD_USER = """
    INSERT INTO user (email, display_name, handle, role, title, bio, lang, timezone, credit_as, pseudonym,
        named_as_supporter, featured, mail_progress, mail_comments, shortcuts, created_at)
    VALUES (:email, :name, :name, 'member', '', '', 'en', 'UTC', 'name', '', 0, 1, 'at_once', 'daily', 1, :at)
"""
OLD_TOKEN = """
    INSERT INTO email_token (email, purpose, lang, nonce, next_url, created_at, expires_at, wrong_tries)
    VALUES ('on.e@gmail.com', 'sign_in', 'en', 'n', '', '2026-01-01 00:00:00', '2026-01-01 00:30:00', 0)
"""
ONE_MAILBOX = [
    ("ada.lovelace@gmail.com", "adalovelace+votes@googlemail.com"),
    ("ada@outlook.com", "ada+2@outlook.com"),
    ("ada@hotmail.fr", "ada+2@hotmail.fr"),
    ("ada@icloud.com", "ada+2@icloud.com"),
    ("ada@fastmail.com", "votes@ada.fastmail.com"),
    ("ada.lovelace@proton.me", "ada-love_lace+2@proton.me"),
    ("ada.lovelace@yandex.ru", "ada-lovelace+2@ya.ru"),
    ("ada@posteo.de", "ada+2@posteo.de"),
]
TWO_MAILBOXES = [
    ("ada@outlook.com", "a.da@outlook.com"),
    ("ada@outlook.com", "ada@hotmail.com"),
    ("ada@yahoo.fr", "ada-votes@yahoo.fr"),
    ("jean-marie@yahoo.fr", "jean-luc@yahoo.fr"),
    ("ada@orange.fr", "ada+2@orange.fr"),
    ("ada@free.fr", "a.da@free.fr"),
    ("ada@example.org", "ada+2@example.org"),
    ("a.da@example.org", "ada@example.org"),
    ("votes@ada.example.org", "ada@example.org"),
    ("ada@icloud.com", "a.da@icloud.com"),
    ("ada@proton.me", "ada@protonmail.com"),
    ("+ada@gmail.com", "+eve@gmail.com"),
]


@pytest.mark.parametrize(("one", "other"), ONE_MAILBOX)
def test_spellings_of_which_the_provider_says_so_are_one_mailbox(one: str, other: str) -> None:
    assert mailbox_of(one) == mailbox_of(other)


@pytest.mark.parametrize(("one", "other"), TWO_MAILBOXES)
def test_what_may_belong_to_two_people_is_two_mailboxes(one: str, other: str) -> None:
    assert mailbox_of(one) != mailbox_of(other)


def test_a_mailbox_is_its_own_mailbox() -> None:
    for address in {address for pair in ONE_MAILBOX + TWO_MAILBOXES for address in pair}:
        assert mailbox_of(mailbox_of(address)) == mailbox_of(address)


def test_a_domain_of_one_company_is_not_one_of_many_people() -> None:
    assert is_of_many("orange.fr") and is_of_many("gmail.com") and is_of_many("ada.fastmail.com")
    assert not is_of_many("example.com") and not is_of_many("notgmail.com")


@pytest.fixture
def ada(app):
    with act():
        user = User.join("ada.lovelace@gmail.com", "Ada", "fr")
    return user


def people():
    db.session.rollback()
    return db.session.scalar(select(func.count(User.id)))


def test_another_spelling_opens_the_account(browser, ada):
    before, here = people(), browser()
    ask(here, "AdaLovelace+again@GoogleMail.com")
    page = here.get(letters.link("adalovelace+again@googlemail.com"))
    assert not page.has("[name=display_name]")
    here.submit(page)
    assert is_signed_in(here) and people() == before
    assert here.get("/settings").find("[name=display_name]")["value"] == "Ada"


def test_votes_from_the_spellings_of_one_mailbox_are_one(browser, dark_mode, ada):
    for spelling in ("adalovelace@gmail.com", "ada.lovelace+2@gmail.com", "a.dalovelace@googlemail.com"):
        here = browser()
        here.submit(here.get(f"/ideas/{dark_mode.id}/vote"), "main form", email=spelling)
        here.submit(here.get(letters.link(spelling)))
    db.session.rollback()
    assert dark_mode.votes_count == 2 and Vote.of(ada, dark_mode) is not None


def test_the_message_goes_to_the_address_that_was_typed(browser, ada, run_jobs, mailbox):
    ask(browser(), "adalovelace+here@gmail.com")
    run_jobs()
    assert mailbox.recipients == ["adalovelace+here@gmail.com"]


def test_spellings_do_not_multiply_the_messages(with_limits, ada):
    from tests.browser import Browser

    with act():
        for number in range(MESSAGES_A_MAILBOX.number):
            ask_by_mail(f"adalovelace+{number}@gmail.com")
    page = ask(Browser(with_limits), "ada.lovelace@googlemail.com")
    assert page.status == 422 and "already sent several messages" in page.text


def test_spellings_do_not_multiply_the_wrong_codes(browser, ada):
    with act():
        db.session.add(EmailToken(email="adalovelace+1@gmail.com", wrong_tries=WRONG_CODES_A_MAILBOX.number))
    here = browser()
    page = ask(here, "ada.lovelace@gmail.com")
    page = here.submit(page, code=letters.code("ada.lovelace@gmail.com"))
    assert "Too many wrong codes" in page.text and not is_signed_in(here)


def test_two_browsers_that_confirm_two_spellings_at_once_make_one_account(app):
    with act():
        tokens = [EmailToken(email=f"new.person+{number}@gmail.com") for number in range(8)]
        db.session.add_all(tokens)
        db.session.flush()
        ids = [token.id for token in tokens]
    before = people()

    def confirm(id):
        with app.test_request_context(method="POST"):
            return enter(id, "New", "en", "")

    entered = all_at_once(app, [partial(confirm, id) for id in ids * 2])
    assert entered.count("/") == 1, "the first that is used ends the others of its mailbox"
    assert people() == before + 1


def test_who_joins_while_another_account_takes_the_address_gets_into_that_one(app, tom):
    """On PostgreSQL the one who joins finds nobody, waits for the other, and is told that the mailbox is taken."""
    with act():
        token = EmailToken(email="new.home@gmail.com")
        db.session.add(token)
        db.session.flush()
        id = token.id
    before, tom_id = people(), tom.id
    moved = update(User).where(User.id == tom_id).values(email="new.home@gmail.com", mailbox="newhome@gmail.com")
    db.session.rollback()

    def join():
        with app.test_request_context(method="POST"):
            return enter(id, "New", "en", ""), current_user.id

    with ThreadPoolExecutor(1) as pool:
        with db.engine.execution_options(writes=True).connect() as moving:
            moving.execute(moved)
            joining = pool.submit(join)
            wait(lambda: joining.done() or somebody_waits(), 20)
            moving.commit()
        assert joining.result(20) == ("/", tom_id)
    assert people() == before


def somebody_waits():
    """Whether PostgreSQL holds somebody up; on SQLite whoever writes waits for the other anyway."""
    if db.engine.dialect.name == "sqlite":
        return True
    with db.engine.connect() as looking:
        return bool(looking.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")))


@pytest.fixture
def twins(app):
    """Two accounts of one mailbox, as a portal from before may have them."""
    with act():
        older = User.join("old.twin@gmail.com", "Older twin", "en")
        younger = User(email="oldtwin@gmail.com", display_name="Younger twin", handle="younger-twin", is_twin=True)
        older.created_at = now() - timedelta(days=300)
        db.session.add(younger)
    return older, younger


def test_of_accounts_that_exist_the_exact_spelling_opens_its_own(twins):
    older, younger = twins
    assert User.with_email("oldtwin@gmail.com") == younger
    assert User.with_email("old.twin@gmail.com") == older
    assert User.with_email("oldtwin+x@gmail.com") == older


def test_staff_see_which_accounts_have_one_mailbox(browser, hugo, twins):
    page = browser(hugo).get("/admin/members/younger-twin")
    assert "Same mailbox as Older twin" in page.text
    page = browser(hugo).get("/admin/members?state=twins")
    assert [" ".join(row.get_text().split()) for row in page.soup.select("#rows h3")] == ["Younger twin", "Older twin"]


def test_a_portal_from_before_keeps_its_accounts_and_knows_which_are_twins(tmp_path):
    """Three of one mailbox: the oldest opens for any other spelling, and no account is lost."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    old = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    emails = {"second": "o.ne@gmail.com", "first": "one@gmail.com", "third": "one+3@googlemail.com", "other": "x@y.org"}
    joined = {"first": 1, "second": 2, "third": 3, "other": 4}
    with old.app_context():
        upgrade(revision="0007")
        with db.engine.execution_options(writes=True).begin() as connection:
            for name, email in emails.items():
                row = {"email": email, "name": name, "at": f"2026-01-0{joined[name]} 00:00:00.000000"}
                connection.execute(text(OLD_USER), row)
            connection.execute(text(OLD_TOKEN))
        upgrade()
        assert {user.display_name: user.is_twin for user in db.session.scalars(select(User))} == {
            "first": False, "second": True, "third": True, "other": False
        }  # fmt: skip
        assert User.with_email("on.e@gmail.com").display_name == "first"
        assert all(User.with_email(email).display_name == name for name, email in emails.items())
        assert list(db.session.scalars(select(EmailToken.mailbox))) == ["one@gmail.com"]
        db.session.rollback()
        db.engine.dispose()


def test_erasing_frees_the_mailbox(browser, ada):
    with act():
        erase(db.session.get(User, ada.id))
    assert User.with_email("adalovelace@gmail.com") is None
    with act():
        assert User.join("adalovelace@gmail.com", "Ada again", "en").is_twin is False


def test_a_sign_in_link_is_printed_for_any_spelling(app, ada):
    printed = app.test_cli_runner().invoke(args=["sign-in-link", "adalovelace@gmail.com"])
    assert printed.exit_code == 0 and "/sign-in/" in printed.output
