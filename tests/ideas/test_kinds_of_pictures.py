"""Pictures as phones, scanners and screenshot tools write them: seen as they were meant, or refused in words."""

import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageCms
from PIL.ExifTags import Base
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.pictures.uploads import UploadRefused, save_image
from tests.browser import Browser
from tests.changelog.releases import said
from tests.conftest import act
from tests.ideas.pictures import ORIENTATION

Browse = Callable[..., Browser]
Colour = tuple[int, ...]
RED, BLUE = (255, 0, 0), (0, 0, 255)
# What turns an upright picture into what a camera held in this way writes down (Exif 2.3, Orientation).
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def kept(content: bytes, name: str = "picture", **how: Any) -> Image.Image:
    """The picture that is served where these bytes were sent."""
    with Image.open(uploads.path(save_image(FileStorage(BytesIO(content), name), **how).key)) as image:
        image.load()
    return image


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def flag(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Red on the left, blue on the right, and a green corner at the upper left."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    image.paste((0, 255, 0), (0, 0, size[0] // 5, size[1] // 4))
    return image.convert(mode)


def near(image: Image.Image, place: tuple[int, int], colour: Colour, by: int = 12) -> bool:
    found = image.convert("RGBA" if len(colour) == 4 else "RGB").getpixel(place)
    assert isinstance(found, tuple)
    return all(abs(one - other) <= by for one, other in zip(found, colour, strict=True))


def is_flag(image: Image.Image) -> bool:
    return near(image, (15, 30), RED) and near(image, (45, 20), BLUE) and near(image, (4, 4), (0, 255, 0), 60)


def sixteen(colour_type: int, pixels: list[tuple[int, ...]], more: bytes = b"") -> bytes:
    """A PNG of 16 bits a channel, one line of pixels (PNG, third edition, section 11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = b"".join(struct.pack(">H", value) for pixel in pixels for value in pixel)
    head = struct.pack(">IIBBBBB", len(pixels), 1, 16, colour_type, 0, 0, 0)
    seen_through = chunk(b"tRNS", more) if more else b""
    body = chunk(b"IHDR", head) + seen_through + chunk(b"IDAT", zlib.compress(b"\0" + line)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("MPO", {"save_all": True, "append_images": [Image.new("RGB", (60, 40), "white")], "quality": 95}),
        ("JPEG", {"progressive": True, "quality": 95}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"quality": 95}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg", "quality": 95}),
        *((kind, {"save_all": True, "append_images": [Image.new("RGB", (60, 40), "white")], "duration": 90})
          for kind in ("GIF", "WEBP", "PNG", "AVIF")),
    ],
)  # fmt: skip
def test_what_devices_write_is_seen_as_it_was_meant_and_moves_no_more(
    app: Flask, kind: str, options: dict[str, Any]
) -> None:
    image = kept(written(flag(), kind, **options))
    assert is_flag(image) and image.size == (60, 40) and image.format in ("JPEG", "PNG", "WEBP")
    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "CMYK", "YCbCr", "HSV"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "AVIF"])
def test_every_way_to_write_a_pixel(app: Flask, kind: str, mode: str) -> None:
    try:
        content = written(flag(mode), kind)
    except (OSError, ValueError):
        return
    image = kept(content)
    assert near(image, (15, 30), RED) == (mode not in ("L", "LA", "1"))
    assert image.mode in ("RGB", "RGBA")


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_picture_stands_upright_however_it_was_held(app: Flask, kind: str, held: int) -> None:
    exif, turn = Image.Exif(), HELD[held]
    exif[ORIENTATION] = held
    options = {"compression": "tiff_lzw"} if kind == "TIFF" else {} if kind == "PNG" else {"quality": 95}
    image = kept(written(flag().transpose(turn) if turn is not None else flag(), kind, exif=exif, **options))
    assert image.size == (60, 40) and is_flag(image)


def test_what_a_camera_wrote_down_wrongly_spoils_no_picture(app: Flask) -> None:
    content = written(flag(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40, quality=95)
    assert is_flag(kept(content))


@pytest.mark.parametrize(
    ("colour_type", "pixels", "expected"),
    [
        (0, [(0,), (0x4000,), (0xC000,)], [(0, 0, 0), (64, 64, 64), (192, 192, 192)]),
        (2, [(0, 0x8000, 0xFFFF)], [(0, 128, 255)]),
        (4, [(0x4000, 0x8000), (0x4000, 0)], [(64, 64, 64, 128), (64, 64, 64, 0)]),
        (6, [(0xFFFF, 0, 0, 0x8000)], [(255, 0, 0, 128)]),
    ],
)
def test_sixteen_bits_become_eight(app: Flask, colour_type: int, pixels: Any, expected: list[Colour]) -> None:
    image = kept(sixteen(colour_type, pixels))
    assert all(near(image, (place, 0), colour, 1) for place, colour in enumerate(expected))


def test_a_grey_of_sixteen_bits_that_is_seen_through_stays_so(app: Flask) -> None:
    image = kept(sixteen(0, [(0x4001,), (0x4002,)], more=struct.pack(">H", 0x4001)))
    assert near(image, (0, 0), (64, 64, 64, 0), 1) and near(image, (1, 0), (64, 64, 64, 255), 1)


def test_a_scan_of_sixteen_bits_is_no_white_page(app: Flask) -> None:
    assert near(kept(written(Image.new("I;16", (40, 40), 0x4000), "TIFF")), (9, 9), (64, 64, 64), 3)


def test_a_palette_keeps_what_is_seen_through(app: Flask) -> None:
    image = flag("P")
    nothing = image.getpixel((45, 20))
    for kind in ("PNG", "GIF"):
        seen = kept(written(image, kind, transparency=nothing))
        assert near(seen, (45, 20), (0, 0, 255, 0)) and near(seen, (15, 30), (*RED, 255))


def test_an_interlaced_picture_is_whole(app: Flask) -> None:
    assert is_flag(kept(written(flag("P"), "GIF", interlace=1)))


def test_the_inks_of_a_printer_become_light(app: Flask) -> None:
    """Adobe writes them the other way round, and says so in a marker of its own, as Pillow does."""
    content = written(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=95)
    assert b"Adobe" in content and near(kept(content), (9, 9), RED)


def shifted() -> bytes:
    """An RGB profile whose red and blue have changed places: what is written as red is blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {}
    for number in range(struct.unpack_from(">I", profile, 128)[0]):
        at = 132 + number * 12
        places[bytes(profile[at : at + 4])] = at
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_those_of_the_profile_that_comes_with_them(app: Flask, kind: str, mode: str) -> None:
    if kind == "JPEG" and mode == "RGBA":
        return
    image = kept(written(Image.new(mode, (40, 40), "red"), kind, icc_profile=shifted()))
    assert near(image, (9, 9), BLUE, 16) and "icc_profile" not in image.info


@pytest.mark.parametrize("profile", [b"", b"no profile", shifted()[:200], b"\0" * 5_000_000])
def test_a_profile_that_says_nothing_is_as_none(app: Flask, profile: bytes) -> None:
    assert near(kept(written(Image.new("RGB", (40, 40), "red"), "TIFF", icc_profile=profile)), (9, 9), RED)
    assert near(kept(written(Image.new("L", (40, 40), 90), "PNG", icc_profile=shifted())), (9, 9), (90, 90, 90))


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ((1, 1), (1, 1)),
        ((2, 9), (2, 9)),
        ((4000, 3000), (2771, 2078)),
        ((1080, 12_000), (720, 8000)),
        ((24_000, 1000), (11_758, 490)),
        ((1, 60_000), (1, 16_000)),
        ((60_000, 2), (16_000, 1)),
    ],
)
def test_long_pictures_can_still_be_read(app: Flask, size: tuple[int, int], becomes: tuple[int, int]) -> None:
    width, height = kept(written(Image.new("1", size), "PNG")).size
    assert abs(width - becomes[0]) <= 1 and abs(height - becomes[1]) <= 1


def pages(*more: Image.Image, **options: Any) -> bytes:
    return written(flag(), "TIFF", save_all=True, append_images=list(more), **options)


def raw() -> bytes:
    return written(flag(), "TIFF", tiffinfo={50706: b"\x01\x04\0\0"})


REFUSED = {
    "it is empty": (b"", "is empty"),
    "it is HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 90, "HEIC picture.*Save or export it as JPEG"),
    "it has pages": (pages(flag()), "several pages"),
    "it is a raw file": (raw(), "raw file of a camera"),
    "it is the raw file of another": (b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 99, "raw file of a camera"),
    "it is a film": (b"\0\0\0\x18ftypisom\0\0\0\0" + b"\0" * 90, "not a picture that we can read"),
    "it is a document": (b"%PDF-1.7\n" + b"\0" * 90, "not a picture that we can read"),
    "it broke off": (written(flag(size=(900, 700)), "TIFF", compression="tiff_lzw")[:900], "“a b.jpg” is"),
    "its greys have no end": (written(Image.new("F", (9, 9), 1e30), "TIFF"), "is damaged"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_taken_is_refused_in_words(app: Flask, why: str) -> None:
    content, words = REFUSED[why]
    with pytest.raises(UploadRefused, match=words):
        kept(content, "a\u202e b.jpg\n")
    assert not list(uploads.stored())


@pytest.mark.parametrize("name", ["", ".", "x" * 4000, "Écran (1).PNG", "🙂.heic", "../../etc/passwd", "a\0b"])
def test_the_name_of_a_file_means_nothing(app: Flask, name: str) -> None:
    assert is_flag(kept(written(flag(), "PNG"), name))


class Counted(BytesIO):
    """Counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


def test_a_file_of_many_pages_is_not_walked_through(app: Flask) -> None:
    first = pages(flag(), compression="tiff_lzw")
    second = struct.unpack_from("<I", first, 4)[0]
    second = struct.unpack_from("<I", first, second + 2 + 12 * struct.unpack_from("<H", first, second)[0])[0]
    end = second + 2 + 12 * struct.unpack_from("<H", first, second)[0]
    more = b"".join(struct.pack("<HI", 0, len(first) + 6 * (number + 1)) for number in range(2_000))
    stream = Counted(first[:end] + struct.pack("<I", len(first)) + first[end + 4 :] + more)
    with pytest.raises(UploadRefused, match="several pages"):
        save_image(FileStorage(stream, "picture"))
    assert stream.reads < 1_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "MPO"])
def test_whatever_is_wrong_in_a_file_is_a_refusal(app: Flask, kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[Base.Make] = 6, "Phone"
    whole = written(flag(), kind, **({} if kind in ("GIF", "BMP", "MPO") else {"exif": exif, "icc_profile": shifted()}))
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        for content in (bytes(spoilt), whole[:place]):
            try:
                kept(content)
            except UploadRefused as refused:
                assert "“picture”" in str(refused)


def depth() -> BytesIO:
    return BytesIO(written(flag(), "MPO", save_all=True, append_images=[flag()]))


def test_a_picture_of_a_phone_comes_with_an_idea(browser: Browse, tom: User) -> None:
    author = browser(tom)
    author.submit(
        author.get("/ideas/new"),
        "main form.form",
        title="Two pictures in one file of my phone",
        body="As it writes them.",
        images=(depth(), "phone.jpg"),
    )
    assert db.session.scalar(select(func.count()).select_from(Attachment).where(Attachment.idea_id.is_not(None))) == 1


def test_a_refused_picture_keeps_the_words(browser: Browse, tom: User, offline: Idea) -> None:
    heic = BytesIO(REFUSED["it is HEIC"][0])
    page = browser(tom).post(
        f"/ideas/{offline.id}/comments",
        {"body": "My long words", "images": [(heic, "IMG_1.HEIC")]},
        content_type="multipart/form-data",
    )
    assert page.status == 422 and "HEIC" in page.text and "My long words" in page.html


def test_the_field_says_what_it_takes_and_that_nothing_moves(
    browser: Browse, lea: User, nora: User, tom: User, offline: Idea
) -> None:
    with act():
        release = Release(author=lea, texts=said("Soon"))
        db.session.add(release)
    places = {
        "/ideas/new": tom,
        f"/ideas/{offline.id}": tom,
        f"/ideas/{offline.id}/edit": tom,
        f"/admin/releases/{release.id}/edit": lea,
        "/admin/settings": nora,
    }
    for place, person in places.items():
        page = browser(person).get(place)
        assert page.find("input[type=file]")["accept"] == uploads.ACCEPTED
        assert re.search("stand still|restent fixes", page.text), place
