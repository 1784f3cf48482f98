"""The one image of something that staff write, such as a release or a board: added, described, replaced, taken away."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, ValidationError

from portal.activity.forms import EditForm
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.attachments import Attachment
from portal.pictures.uploads import ACCEPTED, Saved, UploadRefused, save_image
from portal.web.fields import AtMost, LineField


class OnePicture(EditForm):
    """A form that changes the `image` of its thing, and what it shows."""

    image = FileField(_l("Image"), render_kw={"accept": ACCEPTED})
    image_alt = LineField(_l("What the image shows"), validators=[AtMost(200)])
    remove_image = BooleanField(_l("Take the image away"))

    _kept: Saved | None = None

    @staticmethod
    def image_of(thing: Any) -> dict[str, Any]:
        """What stands there of its image."""
        return {
            "image": thing.image.key if thing.image else "",
            "image_alt": thing.image.alt if thing.image else "",
        }

    def sent(self, name: str, shown: str) -> Any:
        """Of the image: the one that was added, none where it is taken away, or else the one that was shown."""
        if name == "image":
            return self.kept.key if self.kept else "" if self.remove_image.data else shown
        return super().sent(name, shown)

    def say(self, name: str, value: Any) -> str:
        """Of the image, whether there is one."""
        if name == "image":
            return _("An image") if value else ""
        return super().say(name, value)

    def validate_image_alt(self, field: Any) -> None:
        if (self.kept or self.new_file) and not field.data:
            raise ValidationError(_("Describe the image for people who cannot see it."))

    @property
    def new_file(self) -> FileStorage | None:
        """The file that was sent with the form, if any."""
        file = self.image.data
        return file if isinstance(file, FileStorage) and file.filename else None

    @property
    def kept(self) -> Saved | None:
        """The image that was sent and stored, and that the release does not have yet."""
        if self._kept is None:
            self._kept = Saved.from_token(request.form.get("kept", ""))
        return self._kept

    def validate(self, extra_validators: Any = None) -> bool:
        """Check everything, and store the image where it passes, so that it need not be sent twice."""
        valid = super().validate(extra_validators)
        if self.new_file and "csrf_token" not in self.errors:
            try:
                self._kept = save_image(self.new_file)
            except UploadRefused as why:
                self.image.errors = [str(why)]
                return False
        return valid

    def is_other(self, old: Attachment | None) -> bool:
        """Whether the image changes, or what is said of it."""
        described = old is not None and old.alt != (self.image_alt.data or old.alt)
        return bool(self.to_add or (old and (self.remove_image.data or described)))

    @property
    def to_add(self) -> Saved | None:
        """The stored image, unless the form was sent twice and the first time added it."""
        known = self.kept and db.session.scalar(select(Attachment.id).where(Attachment.key == self.kept.key))
        return None if known else self.kept

    def put(self, old: Attachment | None, **to: Any) -> str | None:
        """Do with the image what the form says; `to`: where a new one belongs, and whose it is.

        Gives the key of one that nothing shows any more: delete its file after the commit.
        """
        new = self.to_add
        if old and not new and not self.remove_image.data:
            old.alt = self.image_alt.data or old.alt
            return None
        if old:
            db.session.delete(old)
        if new:
            image = Attachment(key=new.key, width=new.width, height=new.height, size=new.size, alt=self.image_alt.data)
            for name, value in to.items():
                setattr(image, name, value)
            db.session.add(image)
        return old.key if old else None
