"""What a person's ideas say to boards, and said before, for the file that they take along: all of it is theirs."""

from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.ideas.board_asks import Field, fields_with
from portal.ideas.values import IdeaValue
from portal.privacy.entries import Entry


class Told:
    """What some ideas say to the fields of boards, theirs and earlier ones, whoever sees it in the portal."""

    def __init__(self, versions: dict[int, list[Any]], ideas: list[Any]) -> None:
        self.versions = versions
        said = select(IdeaValue).where(IdeaValue.idea_id.in_([idea.id for idea in ideas]))
        self.now: dict[int, dict[str, str]] = {}
        for value in db.session.scalars(said.order_by(IdeaValue.idea_id, IdeaValue.field_id)):
            self.now.setdefault(value.idea_id, {})[str(value.field_id)] = value.raw
        kept = [*self.now.values(), *(saved.fields or {} for some in versions.values() for saved in some)]
        self.fields = fields_with(int(id) for fields in kept for id in fields)

    def facts(self, idea: Any) -> list[tuple[str, str]]:
        """As they read it."""
        return [(field.name, field.say(raw)) for field, raw in self._known(self.now.get(idea.id, {}))]

    def added_to(self, entry: Entry, idea: Any) -> Entry:
        """The same in the data of this idea, and of each of its versions."""
        entry.data["fields"] = self._named(self.now.get(idea.id, {}))
        for data, saved in zip(entry.data["versions"], self.versions.get(idea.id, []), strict=True):
            data["fields"] = self._named(saved.fields or {})
        return entry

    def _named(self, kept: dict[str, str]) -> dict[str, str]:
        return {field.slug: field.say(raw) if field.is_choice else raw for field, raw in self._known(kept)}

    def _known(self, kept: dict[str, str]) -> list[tuple[Field, str]]:
        return [(self.fields[int(id)], raw) for id, raw in kept.items() if int(id) in self.fields]
