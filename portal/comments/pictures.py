"""Pictures that come with a comment: kept while the form is put right, bound to the comment when it is posted."""

from typing import Any

from flask import request
from sqlalchemy import select
from wtforms import MultipleFileField

from portal import uploads
from portal.extensions import db
from portal.forms import PortalForm
from portal.i18n import _l, _n
from portal.ideas.models import Attachment
from portal.uploads import Saved, UploadRefused

MOST_PICTURES = 3


class WithPictures(PortalForm):
    """A form that takes up to three pictures; those that pass are stored, so that they need not be sent twice."""

    images = MultipleFileField(_l("Pictures"), render_kw={"accept": ",".join(uploads.MIMETYPES.values())})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = request.form.getlist("kept")[:MOST_PICTURES]
        self.kept = [saved for saved in map(Saved.from_token, sent) if saved]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return self._keep() and valid

    @property
    def pictures(self) -> list[list[Any]]:
        """What is stored, as plain values."""
        return [[saved.key, saved.width, saved.height, saved.size] for saved in self.kept]

    def _keep(self) -> bool:
        files = [file for file in self.images.data or [] if getattr(file, "filename", "")]
        if "csrf_token" in self.errors or not files:
            return True
        problems = []
        if len(files) + len(self.kept) > MOST_PICTURES:
            problems.append(_n("Add at most %(num)s picture.", "Add at most %(num)s pictures.", MOST_PICTURES))
        for file in files[: MOST_PICTURES - len(self.kept)]:
            try:
                self.kept.append(uploads.save_image(file))
            except UploadRefused as refused:
                problems.append(str(refused))
        self.images.errors = [*self.images.errors, *problems]
        return not problems


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
