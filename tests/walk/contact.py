"""Contact sheets: the pictures of one page side by side, small enough to be looked at in one go."""

from pathlib import Path

from PIL import Image

GAP = 16
DESK, PHONE, HEIGHT = 640, 260, 1400
PAPER = (128, 128, 128)


def sheet(folder: Path, name: str) -> Path:
    """Put all pictures of a page into `<name>.sheet.png`: a row a language, phones after desks."""
    rows = []
    for lang in ("en", "fr"):
        shots = [
            _small(path, wide)
            for width, wide in ((1280, DESK), (390, PHONE))
            for theme in ("light", "dark")
            if (path := folder / f"{name}.{lang}.{width}.{theme}.png").exists()
        ]
        if shots:
            rows.append(_beside(shots))
    together = _below(rows)
    path = folder / f"{name}.sheet.png"
    together.save(path)
    return path


def _small(path: Path, wide: int) -> Image.Image:
    with Image.open(path) as picture:
        picture.thumbnail((wide, picture.height))
        return picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HEIGHT)))


def _beside(pictures: list[Image.Image]) -> Image.Image:
    width = sum(picture.width + GAP for picture in pictures) + GAP
    made = Image.new("RGB", (width, max(picture.height for picture in pictures)), PAPER)
    left = GAP
    for picture in pictures:
        made.paste(picture, (left, 0))
        left += picture.width + GAP
    return made


def _below(rows: list[Image.Image]) -> Image.Image:
    made = Image.new("RGB", (max(row.width for row in rows), sum(row.height + GAP for row in rows) + GAP), PAPER)
    top = GAP
    for row in rows:
        made.paste(row, (0, top))
        top += row.height + GAP
    return made
