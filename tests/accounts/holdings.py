"""What the tests ask of the data that the portal holds of a person."""

from typing import Any

from portal.accounts.models import User
from portal.notifications.holdings import SECTIONS


def data_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """All of it as data, by its kind."""
    return {section.key: [entry.data for entry in section.entries(user)] for section in SECTIONS}
