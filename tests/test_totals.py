"""Every reader of events decides about every action where silence could be a mistake, and lists the rest."""

from typing import Any

import pytest

from portal.activity.catalogue import CATALOGUE, PUBLIC
from portal.activity.models import Action
from portal.activity.views import ENTRIES
from portal.fanout import REACTIONS, award_points, notify
from portal.notifications.audiences import nobody
from portal.notifications.examples import EXAMPLES
from portal.notifications.models import STAFF_ONLY
from portal.notifications.telling import TELLING, silence
from portal.recognition.ledger import POINTS


@pytest.mark.parametrize("table", [CATALOGUE, PUBLIC, TELLING], ids=["catalogue", "public", "telling"])
def test_the_table_names_every_action(table: dict[Action, Any]) -> None:
    assert set(table) == set(Action)


@pytest.mark.parametrize("table", [POINTS, ENTRIES], ids=["points", "entries of feeds"])
def test_the_table_lists_only_what_is_not_nothing(table: dict[Action, Any]) -> None:
    assert set(table) < set(Action) and all(table.values())


def test_what_is_public_has_its_entry_and_nothing_else_has() -> None:
    assert set(ENTRIES) == {action for action, public in PUBLIC.items() if public != "nowhere"}


@pytest.mark.parametrize("action", [action for action, told in TELLING.items() if told is not silence])
def test_whatever_is_told_has_its_mail_and_an_example(action: Action) -> None:
    told = TELLING[action]
    assert told.who is not nobody or action in STAFF_ONLY
    assert told.mail and told.mail.example in EXAMPLES


def test_all_that_follows_from_an_event_is_listed() -> None:
    assert notify in REACTIONS and award_points in REACTIONS
