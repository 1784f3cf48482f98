"""The form of an official response: what it says, and in the same press where the idea goes and who has it in hand."""

from typing import Any, ClassVar

from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal import permissions
from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.admin.forms import ChoiceField
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.models import BODY_MAX, Idea
from portal.ideas.pictures import ChangesPictures
from portal.ideas.responses import KINDS, ResponseKind
from portal.ideas.statuses import Place, Status, StatusKind, places
from portal.ideas.transitions import Tells, Way, ways
from portal.permissions import me
from portal.triage.assignments import assignment_of, owners
from portal.web.fields import AtMost, Filled, TextField

NOBODY = "nobody"
STAYS = "stays"
# Who hears of a response of its kind, where it is told: after a question nobody but its author has anything to do.
HEARS = {ResponseKind.QUESTION: Tells.FOLLOWERS}


class ResponseForm(ChangesPictures, EditForm):
    """The official response: of which kind, its words and its pictures. `anew`: it says something new, and is told.

    `status` and `owner` are empty where they stay as they are, whatever that is by now; whoever may not change one of
    them has no such field. A first no moves the idea to the status that says no, unless another was chosen, or STAYS.
    """

    told_by = (Action.RESPONSE_POSTED, Action.RESPONSE_EDITED)
    told_of: ClassVar[dict[str, tuple[Action, ...]]] = {
        "status": (Action.STATUS_CHANGED,),
        "owner": (Action.IDEA_ASSIGNED, Action.ANSWER_OWED),
    }
    most_pictures = 4

    kind = ChoiceField(_l("What it is"), id="tool-response-kind", default=ResponseKind.ANSWER.value)

    text = TextField(
        _l("Official response"),
        id="tool-response",
        validators=[Filled(_l("Write the answer: it is pinned above the discussion.")), AtMost(BODY_MAX)],
    )

    status = SelectField(_l("And move it to"), id="tool-response-status", validate_choice=False)
    owner = SelectField(_l("Give it to"), id="tool-response-owner", validate_choice=False)
    anew = BooleanField(_l("It says something new: tell those concerned"), id="tool-response-anew")

    def __init__(self, *args: Any, thing: Idea, **kwargs: Any) -> None:
        there = thing.response.images if thing.response else ()
        super().__init__(*args, thing=thing, there=there, data={"status": "", "owner": ""}, **kwargs)
        self.images.id = "tool-response-images"  # beside the form of a comment
        may = _may(thing)
        for name in ("status", "owner"):
            if name not in may:
                del self[name]
        if thing.response is None:
            del self.anew
        self.for_kind = thing.kind
        self.offer(thing)

    def offer(self, idea: Idea) -> None:
        """What can be chosen, as the idea stands now; each choice says whom it tells."""
        on = [(way, place) for place in places(idea.kind) if (way := ways().get((idea.status_id, place.id)))]
        declined = next((place for _way, place in on if place.kind == StatusKind.DECLINED), None)
        says_no_already = idea.response is not None and idea.response.kind == ResponseKind.DECLINE
        self.with_a_no = None if says_no_already else declined
        self.kind.choices = [_kind_choice(kind, idea, on) for kind in ResponseKind]
        if "status" in self:
            self.status.choices = _status_choices(idea, on, self.status.data, self.with_a_no)
        if "owner" in self:
            self.owner.choices = _owner_choices(idea)

    def stands(self, thing: Idea) -> dict[str, Any]:
        there, kept = thing.response, assignment_of(thing)
        said = {"kind": there.kind if there else ResponseKind.ANSWER.value, "text": there.body if there else ""}
        beside = {"status": str(thing.status_id), "owner": str(kept.user_id) if kept else ""}
        return said | {name: value for name, value in beside.items() if name in _may(thing)}

    def leaves(self, name: str) -> bool:
        return not (self._goes_to if name == "status" else self.owner.data) if name in ("status", "owner") else False

    def sent(self, name: str, shown: str) -> Any:
        data = self._goes_to if name == "status" else self[name].data
        return "" if name == "owner" and data == NOBODY else data

    def say(self, name: str, value: Any) -> str:
        if name == "status":
            return next((place.name for place in places(self.for_kind) if str(place.id) == str(value)), "")
        if name == "owner":
            person = db.session.get(User, int(value)) if str(value).isdecimal() else None
            return person.display_name if person else _("Nobody")
        return super().say(name, value)

    def last_change_of(self, name: str, thing: Any) -> Any:
        about = Event.subject_type == "idea", Event.subject_id == thing.id
        return last_event(*about, told_by=self.told_of.get(name, self.told_by))

    @property
    def says_anew(self) -> bool:
        return bool("anew" in self and self.anew.data)

    @property
    def new_status(self) -> Status | None:
        """Where it goes; None where it stays."""
        return next((each for each in Status.all_for(self.for_kind) if str(each.id) == self._goes_to), None)

    @property
    def _goes_to(self) -> str:
        """The id of the status that was chosen, or goes with a no; empty where it stays."""
        chosen = (self.status.data if "status" in self else STAYS) or ""
        if not chosen and self.with_a_no is not None and self.kind.data == ResponseKind.DECLINE:
            return str(self.with_a_no.id)
        return "" if chosen == STAYS else chosen

    @property
    def gives(self) -> bool:
        """Whether it is in other hands from now on."""
        return bool("owner" in self and self.owner.data)

    @property
    def new_owner(self) -> User | None:
        """In whose hands; None for nobody, and for whom the list does not hold."""
        data = (self.owner.data if "owner" in self else "") or ""
        return db.session.scalar(owners().where(User.id == int(data))) if data.isdecimal() and len(data) < 10 else None

    def validate_status(self, field: Any) -> None:
        if self._goes_to and self.new_status is None:
            raise ValidationError(_("There is no such status. Choose one from the list."))

    def validate_owner(self, field: Any) -> None:
        if field.data not in ("", None, NOBODY) and self.new_owner is None:
            raise ValidationError(_("This person is not of the team any more. Choose somebody else."))


def _may(idea: Idea) -> set[str]:
    """Which of what stands beside the answer whoever looks may change."""
    rules = {"status": permissions.change_status, "owner": permissions.assign_idea}
    return {name for name, rule in rules.items() if rule(me(), idea)}


def _kind_choice(kind: ResponseKind, idea: Idea, on: list[tuple[Way, Place]]) -> SelectChoice:
    """A kind with whom it tells, told `again` where that is a correction; a no goes with the status that says no."""
    hears: dict[str, Any] = {"data-tells": str(HEARS.get(kind, Tells.EVERYONE))}
    if idea.response is not None and idea.response.kind == kind:
        hears["data-again"] = True
    declined = [place.id for _way, place in on if place.kind == StatusKind.DECLINED]
    if kind == ResponseKind.DECLINE and declined:
        hears["data-moves"] = declined[0]
    return SelectChoice(kind.value, KINDS[kind].choice, hears)


def _status_choices(
    idea: Idea, on: list[tuple[Way, Place]], chosen: str | None, with_a_no: Place | None
) -> list[SelectChoice]:
    """It stays, or goes where a way leads; what was chosen and is no way any more is still seen."""
    stays = [SelectChoice("", _("Stays as it is: %(status)s", status=idea.status.name))]
    if with_a_no is not None:
        unless = _("Stays as it is, unless you say no: %(status)s", status=idea.status.name)
        stays = [SelectChoice("", unless), SelectChoice(STAYS, _("Stays as it is, even if you say no"))]
    steps = [SelectChoice(str(place.id), place.name, {"data-tells": str(way.tells)}) for way, place in on]
    offered = {step.value for step in steps}
    gone = [each for each in places(idea.kind) if str(each.id) == chosen and chosen not in offered]
    return [*stays, *steps, *(SelectChoice(str(each.id), each.name) for each in gone if each.id != idea.status_id)]


def _owner_choices(idea: Idea) -> list[SelectChoice]:
    kept = assignment_of(idea)
    stays = _("As now: %(name)s", name=kept.owner.display_name if kept else _("nobody"))
    people = db.session.scalars(owners()).all()
    others = [SelectChoice(str(one.id), one.display_name) for one in people if kept is None or one.id != kept.user_id]
    nobody = [SelectChoice(NOBODY, _("Nobody"))] if kept else []
    return [SelectChoice("", stays), *others, *nobody]
