"""Images that people add: checked before decoding, made anew without their metadata, stored under a random key."""

import logging
import os
import re
import secrets
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from PIL import Image
from werkzeug.datastructures import FileStorage

from portal.i18n import _, num
from portal.pictures import pixels
from portal.text import clean_line

log = logging.getLogger(__name__)

MOST_BYTES = 10_000_000
# A request with pictures: one that is a little too large still gets its message, and several share this.
MOST_SENT = 12_000_000
MOST_PIXELS = 25_000_000
DAY = 24 * 3600
_ENCODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpg": ("JPEG", {"quality": 86, "optimize": True, "progressive": True}),
    "png": ("PNG", {"optimize": True}),
    "webp": ("WEBP", {"quality": 86}),
}
# What a browser offers to choose. HEIC is left out, so that a phone which writes it sends a JPEG in its place.
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/tiff,image/bmp,.tif,.tiff,.bmp"
MIMETYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_KEY = re.compile(r"[0-9a-f]{32}\.(jpg|png|webp)")


class UploadRefused(Exception):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Saved:
    """A stored image: its key, its sides in pixels, its size in bytes."""

    key: str
    width: int
    height: int
    size: int

    @property
    def token(self) -> str:
        """What a form carries in place of the file when it is shown again."""
        return _signer().dumps(astuple(self))

    @classmethod
    def from_token(cls, token: str) -> "Saved | None":
        """The stored image of this token, if we wrote it and the file is still there."""
        try:
            saved = cls(*_signer().loads(token))
        except (BadSignature, TypeError):
            return None
        return saved if path(saved.key).exists() else None


def save_image(file: FileStorage, within: tuple[int, int] | None = None, mailed: bool = False) -> Saved:
    """Store an image that somebody sent, turned upright and shrunk to fit `within`. Raises UploadRefused.

    One that is `mailed` becomes a PNG where it was a WebP, which some mail programs do not show.
    """
    name = clean_line(file.filename)[:80] or "?"
    source = _opened(file.stream, name)
    with _refusing(_("“%(name)s” is damaged. Save the picture again and add it.", name=name)):
        image = pixels.seen(source, within)
        extension = pixels.written_as(source, image)
        extension = "png" if mailed and extension == "webp" else extension
        out = BytesIO()
        encoder, options = _ENCODERS[extension]
        image.save(out, encoder, **options)
    key = f"{secrets.token_hex(16)}.{extension}"
    _store(key, out.getvalue())
    return Saved(key, image.width, image.height, out.tell())


def path(key: str) -> Path:
    """Where this key's file is, or would be. Raises ValueError for what is no key of ours."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"no key: {key!r}")
    return folder() / key[:2] / key


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "uploads"


def mimetype(key: str) -> str:
    return MIMETYPES[key.rpartition(".")[2]]


def delete(key: str) -> None:
    """Remove the file; one that is gone already is no fault."""
    path(key).unlink(missing_ok=True)


def delete_all(keys: Iterable[str]) -> None:
    """Remove these files, whose rows are gone: after the commit."""
    for key in keys:
        delete(key)


def stored(older_than: float = 0) -> Iterator[str]:
    """The keys of the files that were stored at least so many seconds ago."""
    latest = time.time() - older_than
    for file in folder().glob("??/*"):
        if _KEY.fullmatch(file.name) and file.stat().st_mtime <= latest:
            yield file.name


def discard_halves(older_than: float = 0) -> None:
    """Remove what was being written when its process was killed, at least so many seconds ago."""
    latest = time.time() - older_than
    for file in folder().glob("??/*.part"):
        if file.stat().st_mtime <= latest:
            file.unlink(missing_ok=True)


def discard(images: Iterable[Saved]) -> None:
    """Remove what was stored for an act that failed."""
    for saved in images:
        delete(saved.key)


def _opened(stream: IO[bytes], name: str) -> Image.Image:
    size = stream.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise UploadRefused(
            _(
                "“%(name)s” has %(size)s MB. The limit is 10 MB: make it smaller and add it again.",
                name=name,
                size=num(round(size / 1e6)),
            )
        )
    stream.seek(0)
    head = stream.read(12)
    unreadable = pixels.known_otherwise(head, name) or _(
        "“%(name)s” is not a picture that we can read. Add a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.", name=name
    )
    stream.seek(0)
    with warnings.catch_warnings(), _refusing(unreadable):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            _refuse_huge(Image.open(stream, formats=pixels.OPENED), name).verify()
            stream.seek(0)
            source = Image.open(stream, formats=pixels.OPENED)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
            raise UploadRefused(_too_many_pixels(name)) from problem
        if words := pixels.misread(source, name):
            raise UploadRefused(words)
        return source


@contextmanager
def _refusing(words: str) -> Iterator[None]:
    """Say these words of a file that cannot be read: what is wrong in one may be wrong in any way."""
    try:
        yield
    except UploadRefused:
        raise
    except Exception as problem:
        log.info("a picture was refused", exc_info=problem)
        raise UploadRefused(words) from problem


def _refuse_huge(image: Image.Image, name: str) -> Image.Image:
    if image.width * image.height > MOST_PIXELS:
        raise UploadRefused(_too_many_pixels(name, image.width * image.height))
    return image


def _too_many_pixels(name: str, pixels: int = 0) -> str:
    if not pixels:
        return _(
            "“%(name)s” is far too large. The limit is 25 megapixels: make it smaller and add it again.", name=name
        )
    return _(
        "“%(name)s” has %(count)s megapixels. The limit is 25: make it smaller and add it again.",
        name=name,
        count=num(round(pixels / 1e6)),
    )


def _store(key: str, content: bytes) -> None:
    target = path(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    with half.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    half.replace(target)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="uploads")
