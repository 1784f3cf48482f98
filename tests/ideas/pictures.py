"""Pictures as people send them, drawn for the tests; and where things are."""

from io import BytesIO

from flask import current_app
from PIL import Image

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def picture(
    width: int = 60, height: int = 40, kind: str = "PNG", mode: str = "RGB", exif: Image.Exif | None = None
) -> BytesIO:
    """The bytes of a picture, red on the left and blue on the right."""
    image = Image.new(mode, (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    out = BytesIO()
    image.save(out, kind, **({"exif": exif} if exif else {}))
    out.seek(0)
    return out


def telling_exif() -> Image.Exif:
    """What a phone writes down: who made it, where it was, and that it was held upright."""
    exif = Image.Exif()
    exif[MAKER] = "Secret Phone"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    return exif


def address(thing: object) -> str:
    """The path of an idea or of a picture, outside of a request."""
    with current_app.test_request_context():
        return str(thing.url)  # type: ignore[attr-defined]
