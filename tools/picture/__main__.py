"""`bin/picture`: draws docs/architecture.svg from the imports in `portal/` and the LADDER of the tests."""

from tools.picture.drawing import drawing
from tools.picture.reading import FILE, floors, imported, said_of

if __name__ == "__main__":
    FILE.write_text(drawing(floors(), imported(), said_of))
    print(f"Drawn: {FILE.name}.")
