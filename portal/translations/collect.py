"""Collects the strings of code and templates into the catalogues. `bin/translate` runs it; a test compares with it."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {**DEFAULT_KEYWORDS, "_n": (1, 2), "_l": None, "_ln": (1, 2)}
METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]


def collected() -> Catalog:
    """Every string that the code and the templates ask for."""
    catalogue = Catalog(project="Atelier", fuzzy=False)
    found = extract_from_dir(ROOT, METHODS, {"**": {"trimmed": "true", "silent": "false"}}, KEYWORDS)
    for name, _line, message, comments, context in found:
        if name.startswith(("portal/", "templates/")):
            catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def po_file(lang: str = "fr") -> Path:
    return ROOT / "portal" / "translations" / lang / "LC_MESSAGES" / "messages.po"


def read(lang: str = "fr") -> Catalog:
    """The catalogue of a language as it stands."""
    with po_file(lang).open("rb") as file:
        return read_po(file, locale=lang)


def main() -> None:
    """Bring every catalogue up to the code, keeping what is translated; a new one begins as an empty file."""
    for file in sorted(ROOT.glob("portal/translations/*/LC_MESSAGES/messages.po")):
        lang = file.parts[-3]
        catalogue = read(lang)
        catalogue.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with file.open("wb") as out:
            write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
        missing = [message.id for message in catalogue if message.id and not _written(message.string)]
        print(f"{lang}: {len(catalogue)} strings, {len(missing)} to write" + "".join(f"\n  {id!r}" for id in missing))


def _written(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


if __name__ == "__main__":
    main()
