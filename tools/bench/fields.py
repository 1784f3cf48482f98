"""What a board of a portal of any size asks for, and what its ideas say to it."""

from datetime import datetime
from typing import Any

from portal.ideas.field_kinds import FieldType, order_of
from tools.bench.shape import Drawn

BOARD = 1
# By the id of a field: its kind, its names, and whether it is for the team.
FIELDS = {1: (FieldType.CHOICE, "Device", "Appareil", False), 2: (FieldType.VERSION, "Version", "Version", False),
          3: (FieldType.NUMBER, "Seats", "Places", True)}  # fmt: skip
CHOICES = (("Phone", "Téléphone"), ("Tablet", "Tablette"), ("Computer", "Ordinateur"))
# One of so many ideas of the board says nothing to it.
SILENT = 3


def fields(ideas: list[Drawn], today: datetime) -> dict[str, Any]:
    """Three fields of one board, and what its ideas say to them."""
    asked: list[Any] = [
        {"id": id, "board_id": BOARD, "slug": en.lower(), "type": str(type), "for_staff": staff, "position": id,
         "created_at": today}
        for id, (type, en, _fr, staff) in FIELDS.items()
    ]  # fmt: skip
    named = [(id, names) for id, (_type, *names, _staff) in FIELDS.items()]
    texts = [
        {"field_id": id, "lang": lang, "name": name, "hint": "", "unit": ""}
        for id, names in named
        for lang, name in zip(("en", "fr"), names, strict=True)
    ]
    choices = [{"id": id, "field_id": 1, "position": id} for id in range(1, len(CHOICES) + 1)]
    called = [
        {"choice_id": id, "lang": lang, "name": name}
        for id, names in enumerate(CHOICES, 1)
        for lang, name in zip(("en", "fr"), names, strict=True)
    ]
    said = [row for idea in ideas if _says(idea.row) for row in _values(idea.row["id"])]
    tables = {"board_field": asked, "board_field_text": texts, "field_choice": choices, "field_choice_name": called}
    return {name: (rows, len(rows)) for name, rows in {**tables, "idea_value": said}.items()}


def _says(row: Any) -> bool:
    return row["board_id"] == BOARD and row["id"] % SILENT != 0


def _values(id: int) -> list[Any]:
    said = {2: f"{id % 4}.{id % 30}", 3: str(id % 500)}
    picked = {"idea_id": id, "field_id": 1, "text": "", "ordered": None, "choice_id": 1 + id % len(CHOICES)}
    typed = [
        {"idea_id": id, "field_id": field, "text": raw, "ordered": order_of(FIELDS[field][0], raw), "choice_id": None}
        for field, raw in said.items()
    ]
    return [picked, *typed]
