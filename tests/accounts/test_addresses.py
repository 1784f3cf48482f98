"""Addresses as people type them: mail goes to that very domain, or they are told why none can."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.accounts.addressing import looks_like_address, tidy_address
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.extensions import db
from tests.accounts import letters
from tests.conftest import act

ACCENTS = "We cannot write to an address with “é” before the @. Use one with plain letters there."
NO_NAME = "No mail can go to the name after the @. Check how it is spelled."


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Hans@Straße.de", "hans@xn--strae-oqa.de"), ("eleni@βόλος.com", "eleni@xn--nxasmm1c.com"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"), ("ada@例え。jp", "ada@xn--r8jz45g.jp"),
        ("ada@ＥＸＡＭＰＬＥ．com", "ada@example.com"), ("ada@xn--ls8h.la", "ada@xn--ls8h.la"),
        # As they were kept before, since nothing was lost: whoever has such an account still gets in.
        ("ada@💩.la", "ada@xn--ls8h.la"), ("ada@i❤.ws", "ada@xn--i-7iq.ws"),
        ("ada@bücher.local", "ada@xn--bcher-kva.local"),
    ],
)  # fmt: skip
def test_a_domain_is_written_as_its_owner_registered_it(typed: str, written: str) -> None:
    assert tidy_address(typed) == written and looks_like_address(written)
    assert tidy_address(written) == written


@pytest.mark.parametrize("typed", ["ada@i❤straße.de", "ada@❤ς.gr"])
def test_a_domain_that_an_older_standard_takes_for_another_is_no_address(typed: str) -> None:
    """What 2008 does not know, 2003 writes: these with ss for ß and another sigma, so as another owner's."""
    assert tidy_address(typed) == typed and not looks_like_address(typed)


@given(label=st.text(st.characters(min_codepoint=0x80, categories=["Ll", "Lo", "So"]), min_size=1, max_size=12))
def test_no_domain_becomes_another_that_is_plainly_written(label: str) -> None:
    """Full-width letters are the same letters; else what has accents never becomes a domain without."""
    written = tidy_address(f"ada@{label}.de").removeprefix("ada@")
    assert not written.isascii() or "xn--" in written or unicodedata.normalize("NFKC", label).isascii()


def forms(idea) -> list[tuple[str, dict[str, str]]]:
    return [
        ("/sign-in", {}),
        (f"/ideas/{idea.id}/vote", {"voted": "1"}),
        (f"/ideas/{idea.id}/comments", {"body": "Hello there."}),
        ("/ideas", {"kind": "idea", "board": "", "title": "A very good title", "seen_similar": "1"}),
    ]


def test_whoever_cannot_be_written_to_is_told_why_and_sees_what_they_typed(browser, dark_mode):
    for typed, why in (("josé@Straße.de", ACCENTS), ("jose@a_b..é.de", NO_NAME)):
        for path, fields in forms(dark_mode):
            page = browser().post(path, {**fields, "email": typed})
            assert page.status == 422 and why in page.text, path
            assert page.find("[name=email]")["value"] == typed, path
    assert db.session.scalar(select(func.count(EmailToken.id))) == 0


def test_the_first_admin_is_told_the_same(browser, app):
    from portal.database.writing import begin_write

    begin_write()
    db.session.execute(User.__table__.update().values(role="member"))
    token = EmailToken(email="", purpose="setup")
    db.session.add(token)
    db.session.flush()
    link = f"/set-up/{token.link_value}"
    db.session.commit()
    here = browser()
    page = here.submit(here.get(link), email="josé@example.com", portal_name="Houle", display_name="Ada")
    assert page.status == 422 and ACCENTS in page.text and page.find("#email")["value"] == "josé@example.com"


def test_in_french_too(browser):
    page = browser(lang="fr").post("/sign-in", {"email": "josé@example.com"})
    assert "qui contient « é » avant le @" in page.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_mail_goes_to_the_domain_that_was_typed(browser, run_jobs, mailbox, app):
    letters.ask(browser(), "hans@straße.de")
    run_jobs()
    assert mailbox.recipients == ["hans@xn--strae-oqa.de"]


def test_an_account_of_the_domain_without_accents_is_somebody_else_s(browser, tom):
    with act():
        tom.email = "hans@strasse.de"
    letters.ask(browser(), "hans@straße.de")
    assert User.with_email("hans@straße.de") is None and User.with_email("Hans@Strasse.de") == tom


def test_an_account_kept_in_punycode_opens_however_its_domain_is_typed(browser, tom, app):
    with act():
        tom.email = "tom@xn--bcher-kva.example"
    for typed in ("tom@bücher.example", "Tom@BÜCHER.example", "tom@xn--bcher-kva.example"):
        here = browser()
        letters.ask(here, typed)
        here.submit(here.get(letters.link("tom@xn--bcher-kva.example")))
        assert letters.is_signed_in(here)
        link = app.test_cli_runner().invoke(args=["sign-in-link", typed])
        assert link.exit_code == 0, link.output
