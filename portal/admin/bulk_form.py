"""What staff choose for several ideas at once, and which of them are picked."""

from functools import cached_property
from typing import Any

from flask import request
from sqlalchemy.orm import selectinload
from wtforms import BooleanField, HiddenField, SelectField

from portal.admin.acts import DOINGS
from portal.admin.forms import HIDE_REASON_MAX
from portal.admin.idea_forms import REASON_MAX, TAG_MAX
from portal.admin.triage_forms import AssignForm, SnoozeForm
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.models import BODY_MAX, Idea
from portal.ideas.statuses import Kind, Status
from portal.ideas.tags import Tag
from portal.permissions import me
from portal.triage.bulk import AT_MOST, AddTag, Answer, Bulk, Hide, Move, TakeTagOff, ToBoard
from portal.triage.bulk_team import Assign, BringBack, PutOff
from portal.web.fields import AtMost, LineField, TextField
from portal.web.forms import PortalForm

# The fields that say of each idea what stood there when it was shown.
SEEN = "seen-"


class BulkForm(PortalForm):
    """One act for all that is picked. Fields of other acts are neither shown nor asked."""

    do = HiddenField()
    status = SelectField(_l("Move to"), validate_choice=False)
    reason = TextField(_l("Public reason for all of them"), [AtMost(REASON_MAX)])
    quietly = BooleanField(_l("Tell nobody"))
    text = TextField(_l("Official response for all of them"), [AtMost(BODY_MAX)])
    board = SelectField(_l("Board"), validate_choice=False)
    tag = LineField(_l("Tag"), [AtMost(TAG_MAX)])
    why = TextField(_l("Reason for all of them"), [AtMost(HIDE_REASON_MAX)])

    # What the team agrees on is asked for as it is of one idea, and refused likewise.
    @cached_property
    def hands(self) -> AssignForm:
        return AssignForm(_sent(), data={"owner": str(me().id)}, meta={"csrf": False})

    @cached_property
    def waits(self) -> SnoozeForm:
        return SnoozeForm(_sent(), meta={"csrf": False})

    @property
    def doing(self) -> str:
        return self.do.data if self.do.data in DOINGS else "status"

    @property
    def asked(self) -> list[Any]:
        """The fields of this act."""
        form = self._part or self
        return [form[name] for name in DOINGS[self.doing].asks]

    @property
    def _part(self) -> PortalForm | None:
        """The form of one idea that this act asks with, where it does."""
        if self.doing == "assign":
            return self.hands
        return self.waits if self.doing == "snooze" else None

    @property
    def bulk(self) -> Bulk:
        """The act, with what was chosen so far."""
        acts: dict[str, Any] = {
            "assign": lambda: Assign(self.hands.chosen, self.hands.due_at),
            "snooze": lambda: PutOff(self.waits.until),
            "wake": BringBack,
            "status": lambda: Move(_row(Status, self.status.data), self.reason.data or "", self.quietly.data),
            "response": lambda: Answer(self.text.data or ""),
            "board": lambda: ToBoard(_row(Board, self.board.data)),
            "tag": lambda: AddTag(self.tag.data or ""),
            "untag": lambda: TakeTagOff(self.tag.data or ""),
            "hidden": lambda: Hide(self.why.data or ""),
        }
        act: Bulk = acts[self.doing]()
        return act

    def offer(self, ideas: list[Idea]) -> None:
        """The choices that fit what is picked."""
        kinds = {idea.kind for idea in ideas} or {Kind.IDEA}
        steps = [status for kind in sorted(kinds) for status in Status.all_for(kind)]
        self.status.choices = [("", _("Choose a status")), *((str(s.id), _step(s, len(kinds) > 1)) for s in steps)]
        boards = Board.in_order(for_=me())
        self.board.choices = [("", _("No board")), *((str(board.id), board.name) for board in boards)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is said that the act needs."""
        fine = super().validate(extra_validators) & (self._part is None or self._part.validate())
        for field, problem in self._missing():
            field.errors = [*field.errors, problem]
            fine = False
        return fine

    @property
    def problems(self) -> list[tuple[str, str]]:
        return super().problems + (self._part.problems if self._part else [])

    def _missing(self) -> list[tuple[Any, str]]:
        found: list[tuple[Any, str]] = []
        bulk = self.bulk
        if isinstance(bulk, Move):
            found += [] if bulk.status else [(self.status, _("Choose the status to move them to."))]
            owed = _("Say why, in public: everyone who supports one of them will read it.")
            found += [(self.reason, owed)] if bulk.owes_reason else []
        if isinstance(bulk, Answer) and not bulk.text.strip():
            found.append((self.text, _("Write the answer: it is pinned above each discussion.")))
        if isinstance(bulk, AddTag | TakeTagOff) and not bulk.tag:
            found.append((self.tag, _("Write the tag.")))
        if isinstance(bulk, Hide) and not bulk.reason.strip():
            found.append((self.why, _("Say why: their authors read it, and it is kept in the audit.")))
        return found


def _sent() -> Any:
    return request.form if request.method == "POST" else request.args


def ticked() -> list[int]:
    """The ids that the request names, in its order; AT_MOST of them."""
    return _numbers(request.values.getlist("ids"))


def picked() -> list[Idea]:
    """The ideas that are shown, ticked or not, as far as this person may see them, in the order of the request."""
    ids = _numbers([name.removeprefix(SEEN) for name in request.form if name.startswith(SEEN)]) or ticked()
    found = Idea.visible_to(me()).where(Idea.id.in_(ids))
    rows = db.session.scalars(found.options(selectinload(Idea.response), selectinload(Idea.tags)))
    return sorted(rows, key=lambda idea: ids.index(idea.id))


def _numbers(ids: list[str]) -> list[int]:
    asked = [int(id) for id in ids if id.isascii() and id.isdigit() and len(id) < 10]
    return list(dict.fromkeys(asked))[:AT_MOST]


def tags_in_use() -> list[str]:
    return list(db.session.scalars(Tag.in_use().with_only_columns(Tag.name).limit(200)))


def _row(model: Any, id: str | None) -> Any:
    known = (id or "").isascii() and (id or "").isdigit() and len(id or "") < 10
    return db.session.get(model, int(id or 0)) if known else None


def _step(status: Status, mixed: bool) -> str:
    """Both kinds have a “New”: where both are picked, those of issues say so."""
    return _("Issues: %(status)s", status=status.name) if mixed and status.for_kind == Kind.ISSUE else status.name
