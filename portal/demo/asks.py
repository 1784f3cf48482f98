"""What a board of the demo asks for: on which device, for all to see, and in which version, for the team."""

from portal.accounts.models import User
from portal.admin import asking_for
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.field_kinds import FieldType
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.values import say

DEVICES = {"Phone": "Téléphone", "Tablet": "Tablette", "Computer": "Ordinateur"}
# By idea: the device, and the version of the app.
SAID = {"offline": ("Phone", "4.10"), "dark_mode": ("Tablet", "4.9"), "managers_app": ("Phone", "")}


def ask(boards: dict[str, Board], ideas: dict[str, Idea], by: User) -> None:
    """Let the board of the mobile app ask for both, and some of its ideas say them."""
    device = _ask(boards["mobile"], FieldType.CHOICE, "Device", "Appareil", by, list(DEVICES))
    version = _ask(boards["mobile"], FieldType.VERSION, "Version of the app", "Version de l’application", by, [])
    db.session.flush()
    version.put_words(
        version.names, {"en": "It stands below the settings.", "fr": "Elle est indiquée sous les réglages."}, {}
    )
    choices = {}
    for choice in device.choices:
        choices[choice.names["en"]] = choice.id
        choice.names = {"fr": DEVICES[choice.names["en"]]}
    db.session.flush()
    for key, (where, which) in SAID.items():
        say(ideas[key].id, {device.id: str(choices[where]), version.id: which})
        ideas[key].index_words()


def _ask(board: Board, type: FieldType, en: str, fr: str, by: User, choices: list[str]) -> BoardField:
    words = {"name": {"en": en, "fr": fr}, "hint": {}, "unit": {}}
    return asking_for.add(board, type, words, type == FieldType.VERSION, choices, by=by)
