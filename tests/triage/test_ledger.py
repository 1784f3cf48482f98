"""Days that were promised: a slip stays in sight, and what became of each is said."""

from datetime import timedelta

import pytest

from portal.triage.ledger import Promise, today
from tests.conftest import act

pytestmark = pytest.mark.both


def test_a_promise_stands_on_the_page_of_its_idea(browser, visitor, lea, offline):
    with act():
        Promise.make(offline, today() + timedelta(days=20), by=lea)
    page = visitor.get(offline.url)
    assert "Promised for" in page.text
