"""Pictures that carry something else: refused, or made anew so that nothing of it is in what is served."""

import zipfile
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from werkzeug.datastructures import FileStorage

from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.pictures.uploads import UploadRefused, save_image
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.pictures import address, picture

pytestmark = pytest.mark.both

SCRIPT = b"<script>alert('pwned')</script>"
PHP = b"<?php system('pwned'); ?>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>"


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("pwned.html", SCRIPT)
    return out.getvalue()


def with_comment(kind: str) -> bytes:
    """A picture that says it within itself, where its kind has room for words."""
    image, out = Image.open(picture(kind="PNG")), BytesIO()
    exif, words = Image.Exif(), PngInfo()
    exif[0x9286] = exif[0x010E] = (PHP + SCRIPT).decode()
    words.add_text("Comment", (PHP + SCRIPT).decode(), zip=False)
    options = {"PNG": {"pnginfo": words, "exif": exif}, "JPEG": {"comment": PHP + SCRIPT, "exif": exif},
               "GIF": {"comment": PHP + SCRIPT}, "WEBP": {"exif": exif, "xmp": PHP + SCRIPT}}  # fmt: skip
    image.save(out, kind, icc_profile=PHP + SCRIPT if kind in ("JPEG", "WEBP") else None, **options[kind])
    return out.getvalue()


def moving(kind: str, frames: int = 40) -> bytes:
    """A picture that moves."""
    out = BytesIO()
    pictures = [Image.new("RGB", (60, 40), (n * 6, 0, 0)) for n in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()


def store(content: bytes, name: str) -> bytes:
    """What is kept of this file."""
    return uploads.path(save_image(FileStorage(BytesIO(content), name)).key).read_bytes()


KINDS = ("PNG", "JPEG", "GIF", "WEBP")
BEHIND = {"HTML": SCRIPT, "PHP": PHP, "a ZIP": archive(), "an SVG": SVG, "JavaScript": b"=1;alert('pwned')//"}
NO_PICTURES = {
    "drawing.svg": SVG, "drawing.png": SVG, "with a head.png": b"<?xml version='1.0'?>\n" + SVG, "pack.png": archive(),
    "page.gif": b"<!doctype html>" + SCRIPT, "only a head.gif": b"GIF89a=1;alert('pwned')//" + b"\0" * 50,
    "only a head.png": b"\x89PNG\r\n\x1a\n" + SCRIPT, "only a head.jpg": b"\xff\xd8\xff\xe0" + PHP,
    "paper.png": b"%PDF-1.4 pwned", "drawing.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused_whatever_its_name(app: Flask, name: str) -> None:
    with pytest.raises(UploadRefused):
        store(NO_PICTURES[name], name)
    assert not list(uploads.stored())


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_follows_a_picture_is_kept(app: Flask, kind: str, behind: str) -> None:
    content = picture(kind=kind).getvalue() + BEHIND[behind]
    kept = store(content, f"picture.{kind.lower()}")
    assert BEHIND[behind] not in kept and b"pwned" not in kept and not zipfile.is_zipfile(BytesIO(kept))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_picture_says_within_is_kept(app: Flask, kind: str) -> None:
    content = with_comment(kind)
    assert b"pwned" in content
    kept = store(content, f"picture.{kind.lower()}")
    assert b"pwned" not in kept and b"<" + b"?php" not in kept


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_frame_is_kept(app: Flask, kind: str) -> None:
    with Image.open(BytesIO(store(moving(kind), "moving"))) as kept:
        assert getattr(kept, "n_frames", 1) == 1 and kept.size == (60, 40)


def test_sides_that_a_head_only_claims_are_refused_before_room_is_made(app: Flask) -> None:
    content = bytearray(picture(kind="GIF").getvalue())
    content[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(UploadRefused):
        store(bytes(content), "claims.gif")


@pytest.mark.parametrize(("kind", "mimetype"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/png"),
                                               ("WEBP", "image/webp")])  # fmt: skip
def test_a_poisoned_picture_is_sent_as_a_picture_and_nothing_else(
    visitor: Browser, dark_mode: Idea, kind: str, mimetype: str
) -> None:
    saved = save_image(FileStorage(BytesIO(with_comment(kind) + SCRIPT), "evil.html", content_type="text/html"))
    with act():
        image = Attachment(
            key=saved.key, width=saved.width, height=saved.height, size=saved.size, idea_id=dark_mode.id
        )  # fmt: skip
        db.session.add(image)
    answer = visitor.client.get(address(image))
    assert answer.headers["Content-Type"] == mimetype and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert b"pwned" not in answer.data
