"""How much an issue hurts, in the words of whoever reports it."""

from enum import StrEnum
from typing import Any

from portal.i18n import _l


class Severity(StrEnum):
    """How much an issue hurts."""

    ANNOYING = "annoying"
    SERIOUS = "serious"
    BLOCKING = "blocking"


SEVERITIES: dict[str, Any] = {
    Severity.ANNOYING.value: _l("It is annoying"),
    Severity.SERIOUS.value: _l("It costs me time every day"),
    Severity.BLOCKING.value: _l("I cannot work"),
}
