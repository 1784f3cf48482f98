"""Whether what ideas say to boards agrees with the fields that asked for it. Reads only."""

from sqlalchemy import select

from portal.extensions import db
from portal.ideas.field_kinds import FieldType, order_of
from portal.ideas.fields import BoardField, FieldChoice
from portal.ideas.values import IdeaValue


def fields() -> list[str]:
    """What is said in another way than its field asks: a choice of another, or a number out of its order."""
    columns = IdeaValue.idea_id, BoardField.id, BoardField.type, IdeaValue.text, IdeaValue.ordered, FieldChoice.field_id
    said = select(*columns).join(BoardField, BoardField.id == IdeaValue.field_id)
    said = said.outerjoin(FieldChoice, FieldChoice.id == IdeaValue.choice_id)
    return [
        f"idea {idea} says to field {id} what it does not ask for"
        for idea, id, type, text, ordered, of in db.session.execute(said.order_by(IdeaValue.idea_id, BoardField.id))
        if (of != id if type == FieldType.CHOICE else of is not None or ordered != order_of(type, text))
    ]
