"""What links between ideas are called, as it is said of one of the two."""

from typing import Any

from portal.i18n import _l
from portal.merging.links import Relation

SAID: dict[str, Any] = {
    Relation.WAITS.value: _l("Waits for"),
    Relation.BLOCKS.value: _l("Comes before"),
    Relation.THEME.value: _l("Goes with"),
}
CHOICES: dict[str, Any] = {
    Relation.WAITS.value: _l("It waits for the other"),
    Relation.BLOCKS.value: _l("The other waits for it"),
    Relation.THEME.value: _l("Both are about the same thing"),
}
