"""What is the same for everybody is made where nobody asks, and kept for each language and time zone apart."""

from typing import Any

import pytest
from flask import Flask, g, request, session
from flask_login import current_user

from portal.accounts.models import User
from portal.i18n import choose_timezone, locale
from portal.middleware.caching import for_everybody


class TestAFact:
    """What is the same for everybody is made where nobody asks."""

    @pytest.mark.parametrize("lang", ["en", "fr"])
    @pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati"])
    def test_is_made_for_a_language_and_a_time_zone(self, made_again: Any, lang: str, zone: str) -> None:
        """Kept for one reader, it is not given to one who reads in another."""
        app = made_again()

        def told() -> set[tuple[str, str]]:
            return {(told_to(app, lang, zone)) for lang in ("en", "fr") for zone in ("UTC", "Pacific/Kiritimati")}

        assert told_to(app, lang, zone) == (lang, zone)
        assert len(told()) == 4 and told_to(app, lang, zone) == (lang, zone)

    def test_knows_neither_reader_nor_request(self, made_again: Any, tom: User) -> None:
        app = made_again()
        with app.test_request_context("/search?q=mine", headers={"Cookie": "lang=fr"}):
            g._login_user, g.csrf_field, session["mine"] = tom, "a token of mine", "yes"
            assert asked() == (False, "/", {}, {}, {}, None)
            assert current_user.is_authenticated and request.path == "/search" and g.csrf_field


@for_everybody
def language_and_zone() -> tuple[str, str]:
    return locale(), choose_timezone()


@for_everybody
def asked() -> tuple[Any, ...]:
    """All that a fact could learn of whoever asks."""
    return (current_user.is_authenticated, request.path, dict(request.args), dict(request.cookies), dict(session),
            g.get("csrf_field"))  # fmt: skip


def told_to(app: Flask, lang: str, zone: str) -> tuple[str, str]:
    reader = User(lang=lang, timezone=zone, handle="x", display_name="X")
    with app.test_request_context("/"):
        g._login_user = reader
        found: tuple[str, str] = language_and_zone()
        return found
