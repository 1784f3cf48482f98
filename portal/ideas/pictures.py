"""Pictures that come with what people write: kept while the form is put right, bound to it when it counts."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import request
from sqlalchemy import Select, bindparam, select
from wtforms import BooleanField, MultipleFileField
from wtforms.validators import Optional

from portal.accounts.email_tokens import EmailToken
from portal.accounts.pending import hold
from portal.activity.models import Action, record
from portal.extensions import db
from portal.i18n import _, _l, _n
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.pictures.uploads import Saved, UploadRefused
from portal.web.fields import AtMost, LineField
from portal.web.forms import PortalForm

ALT_MAX = 200


class WithPictures(PortalForm):
    """A form that takes some pictures; those that pass are stored, so that they need not be sent twice."""

    most_pictures = 3

    images = MultipleFileField(_l("Pictures"), [Optional()], render_kw={"accept": uploads.ACCEPTED})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = request.form.getlist("kept")[: self.most_pictures]
        self.kept = [saved for saved in map(Saved.from_token, sent) if saved]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return self._keep() and valid

    @property
    def pictures(self) -> list[list[Any]]:
        """What is stored, as plain values."""
        return [[saved.key, saved.width, saved.height, saved.size] for saved in self.kept]

    @property
    def room(self) -> int:
        """How many pictures may come with it."""
        return self.most_pictures

    @property
    def too_many(self) -> str:
        return _n("Add at most %(num)s picture.", "Add at most %(num)s pictures.", self.room)

    def _keep(self) -> bool:
        files = [file for file in self.images.data or [] if getattr(file, "filename", "")]
        if "csrf_token" in self.errors or not files:
            return True
        problems = []
        if len(files) + len(self.kept) > self.room:
            problems.append(self.too_many)
        for file in files[: max(0, self.room - len(self.kept))]:
            try:
                self.kept.append(uploads.save_image(file))
            except UploadRefused as refused:
                problems.append(str(refused))
        self.images.errors = [*self.images.errors, *problems]
        return not problems


class PictureForm(PortalForm):
    """What is said of a picture that was sent, and whether it stays."""

    class Meta(PortalForm.Meta):
        csrf = False

    alt = LineField(_l("What it shows"), [AtMost(ALT_MAX)])
    remove = BooleanField(_l("Remove this picture, for good"))


class ChangesPictures(WithPictures):
    """A form that describes and removes the pictures `there`, and takes others."""

    def __init__(self, *args: Any, there: Sequence[Attachment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.there = [
            (picture, PictureForm(prefix=f"picture-{picture.id}", data={"alt": picture.alt})) for picture in there
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        described = all([said.validate() for _picture, said in self.there])
        return super().validate(extra_validators) and described

    @property
    def problems(self) -> list[tuple[str, str]]:
        return super().problems + [problem for _picture, said in self.there for problem in said.problems]

    @property
    def room(self) -> int:
        """How many more there may be, beside those that stay."""
        return max(0, self.most_pictures - sum(not said.remove.data for _picture, said in self.there))

    @property
    def too_many(self) -> str:
        return super().too_many if self.room else _("There is room for no more pictures. Remove one first.")


def change_pictures(form: ChangesPictures, thing: Any, by: Any, **to: Any) -> list[str]:
    """Do with the pictures of a text what its form says. `to`: where those that are added belong.

    Gives the keys of what was removed: delete their files after the commit. The caller has begun the write.
    """
    gone = [picture for picture, said in form.there if said.remove.data]
    for picture, said in form.there:
        picture.alt = said.alt.data or ""
    for picture in gone:
        db.session.delete(picture)
    attach(form.pictures, owner_id=by.id, **to)
    if gone or form.kept:
        record(Action.PICTURES_CHANGED, thing, by=by, added=len(form.kept), removed=len(gone), **thing.event_facts)
    return [picture.key for picture in gone]


def pictures_of(idea: Idea) -> Sequence[Attachment]:
    """The pictures that came with an idea, oldest first."""
    return db.session.scalars(_pictures(), {"idea": idea.id}).all()


@cache
def _pictures() -> Select[Attachment]:
    return select(Attachment).where(Attachment.idea_id == bindparam("idea")).order_by(Attachment.id)


def hold_with_pictures(kind: str, payload: dict[str, Any], email: str, next_url: str = "") -> EmailToken:
    """Keep what a visitor wrote, with its pictures, until they confirm it by mail. No commit."""
    token = hold(kind, payload, email, next_url)
    attach(payload["images"], pending_id=token.pending.id if token.pending else None)
    return token


def attach(pictures: list[list[Any]], **to: Any) -> None:
    """Bind stored pictures; what waited for a confirmation is moved, what belongs to something else stays there."""
    for key, width, height, size in pictures:
        image = db.session.scalar(select(Attachment).where(Attachment.key == key))
        if image is None:
            db.session.add(Attachment(key=key, width=width, height=height, size=size, **to))
        elif image.pending_id is not None:
            for name, value in to.items():
                setattr(image, name, value)
    db.session.flush()
