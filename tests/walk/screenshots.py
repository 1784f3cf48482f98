"""`bin/screenshots`: every page of the portal at two widths, in both themes and both languages, to be looked at."""

import argparse
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from tests.chromium import ARGUMENTS, PATH
from tests.walk import contact, tour
from tests.walk.pages import SAMPLES, Sample
from tests.walk.walker import DESK, LOCALES, PHONE, Walker, portals

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = {size["width"]: size for size in (PHONE, DESK)}
THEMES = ("light", "dark")
# Nobody looks at more than this of a page that does not end.
TALLEST = 6000


def main() -> int:
    """Shoot what was asked for; the exit code is 1 when a page could not be opened."""
    asked = _parser().parse_args()
    chosen = [sample for sample in SAMPLES if not asked.only or any(fnmatch(sample.name, n) for n in asked.only)]
    if not chosen:
        print(f"No sample is called {', '.join(asked.only)}. There are:\n{_names()}", file=sys.stderr)
        return 1
    if asked.list:
        print("\n".join(sample.name for sample in chosen))
        return 0
    if asked.docs:
        with sync_playwright() as playwright:
            tour.take(playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS))
        return 0
    folder: Path = asked.out
    folder.mkdir(parents=True, exist_ok=True)
    failed = _shoot(chosen, folder, asked.lang)
    if asked.contact:
        for sample in chosen:
            if sample.name not in failed:
                contact.sheet(folder, sample.name)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} pages are in {folder}")
    for name, problem in failed.items():
        print(f"FAILED {name}: {problem}", file=sys.stderr)
    return 1 if failed else 0


def _shoot(samples: list[Sample], folder: Path, langs: list[str]) -> dict[str, str]:
    failed: dict[str, str] = {}
    began = time.monotonic()
    with portals() as served, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        walker = Walker(chromium, served)
        for number, sample in enumerate(samples, 1):
            for lang in langs:
                try:
                    _variants(walker.open(sample, lang), sample, lang, folder)
                except Error as problem:
                    failed[sample.name] = str(problem).partition("\n")[0]
            print(f"{number:4} of {len(samples)}  {sample.name}  {time.monotonic() - began:.0f} s", flush=True)
        walker.close()
        chromium.close()
    return failed


def _variants(page: Page, sample: Sample, lang: str, folder: Path) -> None:
    """Both widths in both themes, without loading the page again; in a window as tall as the page, so that what is
    fixed to its foot is seen there."""
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(size["height"], min(tall, TALLEST))})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, media=sample.media)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{sample.name}.{lang}.{width}.{theme}.png", animations="disabled")


def _names() -> str:
    return "  ".join(sample.name for sample in SAMPLES)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/screenshots", description=__doc__)
    split = str.split
    parser.add_argument("--only", type=lambda text: split(text, ","), default=[], help="names, such as board,idea-*")
    parser.add_argument("--lang", type=lambda text: split(text, ","), default=list(LOCALES), help="en, fr, or en,fr")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "screenshots", help="the folder for the pictures")
    parser.add_argument("--contact", action="store_true", help="also put the pictures of a page side by side")
    parser.add_argument("--docs", action="store_true", help="take the pictures of README.md and docs/tour.md instead")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
