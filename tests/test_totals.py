"""Every reader of events decides about every action, and about every status kind where that matters."""

from typing import Any

import pytest

from portal.activity.models import Action
from portal.activity.sentences import SENTENCES
from portal.admin.labels import ACTIONS
from portal.fanout import REACTIONS, award_points, notify
from portal.notifications.audience import AUDIENCE, silence
from portal.notifications.composing import WRITERS
from portal.notifications.models import STAFF_ONLY


@pytest.mark.parametrize(
    "table", [SENTENCES, AUDIENCE, WRITERS, ACTIONS], ids=["sentences", "audience", "mail", "labels"]
)
def test_the_table_is_total(table: dict[Action, Any]) -> None:
    assert set(table) == set(Action)


def test_whoever_is_told_by_mail_gets_something_written() -> None:
    told = {action for action, audience in AUDIENCE.items() if audience is not silence}
    assert told | set(STAFF_ONLY) == {action for action, write in WRITERS.items() if write}


def test_all_that_follows_from_an_event_is_listed() -> None:
    assert notify in REACTIONS and award_points in REACTIONS
