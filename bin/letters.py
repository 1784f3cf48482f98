"""Cuts the letters of the share images: `python bin/letters.py` writes portal/sharing/fonts/ from the variable fonts.

What draws the images reads no variable fonts and one file a face, so each is cut at its weight and its two subsets are
joined. Needs what requirements-dev.txt holds; run it again when a font of the pages changes.
"""

import shutil
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PORTAL = Path(__file__).resolve().parent.parent / "portal"
SOURCE, TARGET = PORTAL / "static" / "fonts", PORTAL / "sharing" / "fonts"
# Family name in the drawing, file of the pages, weight.
FACES = {
    "title": ("Atelier Title", "bricolage-grotesque", 740),
    "text": ("Atelier Text", "figtree", 500),
    "strong": ("Atelier Strong", "figtree", 650),
}
NAMES = {1: "{}", 2: "Regular", 4: "{}", 6: "{}", 16: "{}", 17: "Regular"}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    covered = set.intersection(*(cut(file, *face) for file, face in FACES.items()))
    (TARGET / "covered.txt").write_text("\n".join(ranges(sorted(covered))) + "\n")
    for licence in ("OFL-bricolage.txt", "OFL-figtree.txt"):
        shutil.copyfile(SOURCE / licence, TARGET / licence)


def cut(file: str, family: str, source: str, weight: int) -> set[int]:
    """Write one face as TrueType; the characters that it has."""
    parts = [instance(f"{source}-{subset}-wght-normal.woff2", weight) for subset in ("latin", "latin-ext")]
    whole = TARGET / f"{file}.ttf"
    halves = []
    for number, part in enumerate(parts):
        halves.append(str(whole.with_suffix(f".{number}")))
        part.save(halves[-1])
    joined = Merger().merge(halves)
    for half in halves:
        Path(half).unlink()
    for record in joined["name"].names:
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID].format(family)
    joined["head"].modified = parts[0]["head"].modified
    joined.recalcTimestamp = False
    joined.save(whole)
    return set(joined.getBestCmap())


def instance(name: str, weight: int) -> TTFont:
    font = TTFont(SOURCE / name, recalcTimestamp=False)
    axes = {axis.axisTag: weight if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    found = instantiateVariableFont(font, axes)
    found.flavor = None
    return found


def ranges(points: list[int]) -> list[str]:
    """`20-7E` for what follows on, one a line."""
    found: list[list[int]] = []
    for point in points:
        if found and point == found[-1][1] + 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return [f"{first:X}-{last:X}" for first, last in found]


if __name__ == "__main__":
    main()
