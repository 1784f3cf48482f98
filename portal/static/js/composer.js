// The line that finds an idea or adds one: Down leads into what is similar, Esc back to what was typed.
const entry = (element) => element.closest?.(".composer, form")?.querySelector("[hx-target='#similar']");
const found = () => [...document.querySelectorAll("#similar li > span > a:first-child")];
let closed = null;

addEventListener("keydown", (event) => {
  const list = found(),
    line = entry(event.target);
  if (!list.length || !line || !(event.target === line || event.target.closest("#similar"))) return;
  const at = list.indexOf(event.target.closest("li")?.querySelector("a")),
    by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) (list[at + by] ?? (at + by < 0 ? line : list[at]))?.focus();
  else if (event.key === "Escape") {
    closed = line.value;
    document.getElementById("similar").replaceChildren();
    line.focus();
  } else return;
  event.preventDefault();
});

// An answer that was under way does not reopen what was closed; typing does.
addEventListener("input", (event) => {
  if (entry(event.target) === event.target) closed = null;
});
addEventListener("htmx:before:swap", (event) => {
  const { target, sourceElement } = event.detail.ctx;
  if (target?.id === "similar" && sourceElement.value === closed) event.preventDefault();
});

// The board that is looked at goes along, also where only the list was drawn anew since.
const lookedAt = () => (location.pathname === "/" ? new URLSearchParams(location.search).get("board") : null);

addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[data-carries]");
    if (!link || location.pathname !== "/") return;
    const url = new URL(link.href),
      board = lookedAt();
    if (board) url.searchParams.set("board", board);
    else url.searchParams.delete("board");
    link.href = url;
  },
  true,
);

addEventListener(
  "submit",
  (event) => {
    const field = event.target.id === "composer" && event.target.elements.board;
    if (field) [field.value, field.disabled] = [lookedAt() ?? "", !lookedAt()];
  },
  true,
);
