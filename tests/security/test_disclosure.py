"""Whoever finds a hole learns whom to tell."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from portal.clock import now
from tests.test_requirements import ROOT


def test_security_txt_says_whom_to_tell_and_until_when(app, visitor):
    answer = visitor.client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.content_type == "text/plain; charset=utf-8" and "Set-Cookie" not in answer.headers
    assert fields["Contact"] == f"mailto:{quote(app.config['MAIL_FROM'], safe='@')}"
    assert fields["Canonical"] == f"{app.config['PUBLIC_URL']}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en, fr"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert now() + timedelta(days=30) < expires < now() + timedelta(days=365)


def test_the_page_for_developers_names_tests_that_there_are():
    words = (ROOT / "docs" / "security.md").read_text().replace("`", " ").split()
    named = {word.rstrip(".,;:)") for word in words if word.startswith("tests/")}
    assert len(named) > 15 and [name for name in named if not (ROOT / name).exists()] == []
