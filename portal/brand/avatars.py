"""Small generated faces: stable for a name, drawn here, so that no picture service learns who visits."""

import hashlib
from functools import lru_cache

from markupsafe import Markup

from portal.brand.colours import oklch_hex

HUES = (28, 62, 92, 150, 178, 220, 262, 300, 350)
NOBODY = Markup(
    '<svg class="{}" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" fill="#9aa5a4"/>'
    '<g fill="#eef1f1"><circle cx="18" cy="14.5" r="6"/><path d="M6 36c0-8 5.4-12.5 12-12.5S30 28 30 36z"/></g></svg>'
)
# `brand.brand_badge` draws it.
STAFF = Markup('<img class="{}" src="/brand/badge.svg" alt="" width="36" height="36">')


class Avatar:
    """Called with a seed it draws a face; `staff()` draws the brand's badge."""

    def __call__(self, seed: str | None, cls: str = "av") -> Markup:
        """The face for this seed, or a grey shape where there is nobody any more."""
        return face(seed, cls) if seed else NOBODY.format(cls)

    def staff(self, cls: str = "av") -> Markup:
        """The badge that stands for the brand's own people."""
        return STAFF.format(cls)


avatar = Avatar()


@lru_cache(maxsize=4096)
def face(seed: str, cls: str = "av") -> Markup:
    """An inline SVG face whose colours, tilt, eyes and smile follow from the seed alone."""
    d = hashlib.sha256(seed.encode()).digest()
    first = HUES[d[0] % 9]
    second = (first + 60 + d[1] % 180) % 360
    gap, smile, corner = 6 + d[5] % 3, 1.2 + (d[6] % 30) / 10, 10 + d[8] % 9
    ink = oklch_hex(0.28, 0.05, second)
    back = oklch_hex(0.66 + d[9] % 3 * 0.06, 0.125, first)
    skin = oklch_hex(0.90, 0.05 + d[10] % 3 * 0.012, second)
    eye = '<ellipse cx="{:.1f}" cy="15.5" rx="1.5" ry="{}" fill="{}"/>'
    height = 1.6 + d[7] % 2 * 0.5
    return Markup(
        f'<svg class="{{}}" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" fill="{back}"/>'
        f'<g transform="translate({d[3] % 9 - 4} {2 + d[4] % 5}) rotate({d[2] % 44 - 22} 18 18)">'
        f'<rect x="2" y="4" width="34" height="36" rx="{corner}" fill="{skin}"/>'
        f"{eye.format(18 - gap / 1.6, height, ink)}{eye.format(18 + gap / 1.6, height, ink)}"
        f'<path d="M{18 - gap / 1.7:.1f} 21.5q{gap / 1.7:.1f} {smile:.1f} {gap / 0.85:.1f} 0" fill="none"'
        f' stroke="{ink}" stroke-width="1.5" stroke-linecap="round"/></g></svg>'
    ).format(cls)
