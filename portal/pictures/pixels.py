"""What is seen of a picture that somebody sent: its first frame, upright, in sRGB, eight bits a channel."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import TiffImageFile

from portal.i18n import _

# What a file is, and what is written of it; None where that depends on what it holds. An MPO is a JPEG with a second
# picture behind it (for depth, or for bright screens).
KINDS = {
    "JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "png", "AVIF": None, "TIFF": None, "BMP": "png",
}  # fmt: skip
OPENED = tuple(kind for kind in KINDS if kind != "MPO")
# So many pixels are kept: 2400 x 2400, or a screenshot of a whole conversation that can still be read.
MOST_KEPT = 2400 * 2400
# WebP holds no side that is longer than 16383.
LONGEST_SIDE = 16_000
MOST_OF_A_PROFILE = 4_000_000
_ORIENTATION, _SUBFILE, _DNG, _REDUCED = 0x0112, 254, 50706, 1
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SPACES = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def seen(source: Image.Image, within: tuple[int, int] | None) -> Image.Image:
    """The picture as a screen shows it, without anything else, shrunk to fit `within` or to what is kept of one."""
    source.load()
    profile = source.info.get("icc_profile")
    image = _turned(_in_eight_bits(source), _orientation(source))
    image.thumbnail(within or _room(image.width, image.height))
    image = _in_srgb(image, profile)
    image.info = {}
    return image


def written_as(source: Image.Image, image: Image.Image) -> str:
    """The extension of the file that is made of it."""
    if kept := KINDS[str(source.format)]:
        return kept
    return "png" if image.mode == "RGBA" or source.mode in ("1", "P") else "jpg"


def misread(source: Image.Image, name: str) -> str:
    """Why a file that can be opened is still not what it seems; empty where it is."""
    if not isinstance(source, TiffImageFile):
        return ""
    if _DNG in source.tag_v2 or source.tag_v2.get(_SUBFILE, 0) & _REDUCED:
        return _raw(name)
    if _has_more_pages(source):
        return _("“%(name)s” has several pages. Save each page as a picture of its own and add those.", name=name)
    return ""


def known_otherwise(head: bytes, name: str) -> str:
    """What to do with a file that cannot be opened, by its first bytes; empty where they say nothing."""
    if not head:
        return _("“%(name)s” is empty. Look whether it opens on your device, and add it again.", name=name)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return _(
            "“%(name)s” is a HEIC picture, which browsers cannot show. Save or export it as JPEG and add that one; an"
            " iPhone takes JPEG with Settings, Camera, Formats, Most Compatible.",
            name=name,
        )
    return _raw(name) if head[8:10] == b"CR" and head[:2] in (b"II", b"MM") else ""


def _raw(name: str) -> str:
    return _("“%(name)s” is the raw file of a camera. Save or export it as JPEG and add that one.", name=name)


def _has_more_pages(source: TiffImageFile) -> bool:
    """Asks for the second page only: a hostile file may say that it has a million."""
    try:
        source.seek(1)
        second = source.tag_v2.get(_SUBFILE, 0)
    except EOFError:
        return False
    finally:
        source.seek(0)
    return not second & _REDUCED


def _orientation(source: Image.Image) -> int:
    """How it was held (Exif 2.3, Orientation); 1 where that cannot be read."""
    try:
        return int(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # what a camera wrote down may be broken in any way, and the picture be whole
        return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """As RGB, RGBA, L or CMYK; its palette and a colour that is seen through are worked in."""
    if image.mode.startswith("I;16"):
        return _grey_of_sixteen(image)
    if image.mode in ("I", "F", "LAB"):
        raise ValueError(f"no picture of a screen: {image.mode}")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        return image.convert("RGBa").convert("RGBA") if image.mode == "La" else image.convert("RGBA")
    if image.mode in ("L", "CMYK", "RGB"):
        return image.copy()
    return image.convert("L" if image.mode == "1" else "RGB")


def _grey_of_sixteen(image: Image.Image) -> Image.Image:
    """The upper half of each grey: Pillow itself cuts off whatever is brighter than 255."""
    wide, unseen = image.convert("I"), image.info.get("transparency")
    grey = wide.point([value >> 8 for value in range(65536)], "L")
    if not isinstance(unseen, int):
        return grey
    alpha = wide.point([0 if value == unseen else 255 for value in range(65536)], "L")
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _room(width: int, height: int) -> tuple[int, int]:
    shrunk = min(1.0, (MOST_KEPT / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    return max(1, round(width * shrunk)), max(1, round(height * shrunk))


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """Its colours as a browser takes them that is told of no profile; a profile that cannot be used counts as none."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        if isinstance(profile, bytes) and len(profile) <= MOST_OF_A_PROFILE:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if image.mode in _SPACES.get(own.profile.xcolor_space, ()):
                return ImageCms.profileToProfile(image, own, _srgb(), outputMode=mode) or image.convert(mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass
    return image.convert(mode)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
