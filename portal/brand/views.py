"""The brand as everybody sees it: its colours as a sheet, its logos, and what is drawn where it gave none."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Flask, Response, abort, request, url_for
from markupsafe import escape
from PIL import Image

from portal.brand.avatars import avatar
from portal.brand.colours import palette
from portal.brand.drawn import BADGE_LETTER, BADGE_LOGO, DRAWN, FAVICON
from portal.pictures import uploads
from portal.settings import settings
from portal.web.assets import FOREVER
from portal.web.site import public_url

A_DAY, FIVE_MINUTES = 24 * 3600, 300
WIDE = 2.2
# Where the badge of the brand's own people is: one address for ever, so that whatever shows them may be kept.
BADGE = "/brand/badge.svg"
bp = Blueprint("brand", __name__)


@dataclass(frozen=True)
class Logo:
    """A logo that an admin added. `theme` is where it is shown: `light`, `dark`, or empty for both."""

    theme: str
    kept_as: str
    key: str

    @property
    def url(self) -> str:
        return url_for(f"brand.logo_{self.kept_as}", v=self.key[:12])

    @property
    def mailed_url(self) -> str:
        """The address that mails keep: it shows the logo of the day on which they are read."""
        return public_url(url_for(f"brand.logo_{self.kept_as}"))

    @property
    def sides(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return _sides(self.key, str(uploads.folder()))

    @property
    def is_wide(self) -> bool:
        """Whether it spells the name, so that the name need not stand beside it."""
        width, height = self.sides
        return width > WIDE * height


def init_app(app: Flask) -> None:
    """Let templates show the brand."""
    app.jinja_env.globals.update(brand_logos=logos, brand_colour=brand_colour, drawn_logo=DRAWN)
    app.jinja_env.globals.update(icon_url=icon_url, avatar=avatar)


@bp.get("/theme.css")
def theme() -> Response:
    """The brand's two numbers; the address carries their version, so it may be kept for ever."""
    chosen = settings()
    css = f":root{{--brand-h:{chosen.hue};--brand-c:{chosen.chroma:.3f}}}\n"
    return _kept(Response(css, mimetype="text/css"))


@bp.get("/brand/icon.svg")
def icon() -> Response:
    """The drawn logo in the brand's colours, for the browser's tab."""
    named = {"mark": "mark", "sun": "mark-sun", "line": "mark-line"}
    drawn = FAVICON.format(**{part: brand_colour(token) for part, token in named.items()})
    return _kept(Response(drawn, mimetype="image/svg+xml"))


@bp.get(BADGE)
def badge() -> Response:
    """The face of the brand's own people: its logo where that is no wide one, else its first letter, in its colour."""
    square = next((logo for logo in logos() if not logo.is_wide and logo.theme != "dark"), None)
    mark = brand_colour("mark")
    if square:
        data = base64.b64encode(uploads.path(square.key).read_bytes()).decode()
        kind, ground = uploads.mimetype(square.key), brand_colour("surface")
        drawn = BADGE_LOGO.format(mark=mark, ground=ground, kind=kind, data=data)
    else:
        letter = escape(settings().name[:1].upper())
        drawn = BADGE_LETTER.format(mark=mark, line=brand_colour("mark-line"), letter=letter)
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    return response


@bp.get("/brand/logo")
def logo_light() -> Response:
    """The logo, for light pages."""
    return _logo("light")


@bp.get("/brand/logo-dark")
def logo_dark() -> Response:
    """The logo for dark pages."""
    return _logo("dark")


def logos() -> list[Logo]:
    """What to show of the brand: one logo for each theme, one for both, or none. A file that is gone counts as none."""
    found = {theme: key for theme, key in settings().logos.items() if uploads.path(key).exists()}
    return [Logo(theme if len(found) > 1 else "", theme, key) for theme, key in found.items()]


def icon_url() -> str:
    """The picture of the browser's tab: the logo, unless it is too wide to be one."""
    square = next((logo.url for logo in logos() if not logo.is_wide), None)
    return square or url_for("brand.icon", v=settings().version)


def brand_colour(token: str, theme: str = "light") -> str:
    """A token in the brand's colours as hex, for what cannot read the sheet."""
    return palette(settings().hue, settings().chroma, theme).hex(token)


def _logo(theme: str) -> Response:
    """A logo's file, which mail programs read too, from wherever they are. One that is not there is a 404."""
    key = settings().logos.get(theme)
    if not key or not uploads.path(key).exists():
        abort(404)
    response = Response(uploads.path(key).read_bytes(), mimetype=uploads.mimetype(key))
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _kept(response) if request.args.get("v") == key[:12] else response


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = FOREVER
    return response


@lru_cache(maxsize=64)
def _sides(key: str, folder: str) -> tuple[int, int]:
    with Image.open(uploads.path(key)) as image:
        return image.size
