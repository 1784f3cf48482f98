"""A hand that never leaves the keyboard: where the focus is, that it is seen, and Tab until it is there."""

from tests.journeys.window import Window

SHOWN = """() => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const element = document.activeElement, box = element.getBoundingClientRect();
  if (element === document.body) return "nothing has the focus";
  if (!element.matches(":focus-visible")) return "no focus ring is asked for";
  const around = [element, element.parentElement, element.parentElement.parentElement];
  const after = getComputedStyle(element, "::after");
  const drawn = after.outlineStyle !== "none" && parseFloat(after.outlineWidth) > 0;
  if (!drawn && !around.some(seen)) return "it is not seen";
  return box.width && box.height ? "" : "it has no size";
}"""
NAME = "() => (document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? '').trim()"


def is_seen(window: Window) -> None:
    """What has the focus shows it."""
    wrong = window.page.evaluate(SHOWN)
    assert not wrong, f"{wrong}: {window.page.evaluate(NAME)!r}"


def tab_to(window: Window, selector: str) -> None:
    """Press Tab until this has the focus, which is seen at every stop; not once where the page begins there."""
    stops: list[str] = []
    while len(stops) < 150:
        if window.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return is_seen(window)
        window.page.keyboard.press("Tab")
        stops.append(window.page.evaluate(NAME))
        is_seen(window)
    raise AssertionError(f"Tab does not lead to {selector}: {stops}")


def press(window: Window, selector: str, key: str = "Enter") -> None:
    """Tab there and press it."""
    tab_to(window, selector)
    window.page.keyboard.press(key)


def write(window: Window, selector: str, text: str) -> None:
    """Tab there and type."""
    tab_to(window, selector)
    window.page.keyboard.type(text)
