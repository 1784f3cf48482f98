// Single-letter keys, never while somebody types, and off for good where they get in the way (WCAG 2.1.4); menus and dialogs.
const STOPS = ".ticket-wrap:not(.ballot), .inbox__i, .mem, .rcard, .notes__i, .release, main .table tbody tr";
const MENUS = "details:is([data-menu], .filter)";
export const enabled = () => document.documentElement.dataset.keys !== "off";
export const typing = (element) =>
  element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");
const first = (...selectors) => selectors.map((selector) => document.querySelector(selector)).find(Boolean);
export const here = () => document.querySelector("[data-here]");
const door = (stop) => stop?.querySelector(":is(h2, h3) a") ?? stop?.querySelector("a, .link-btn");
const ballot = (stop) => stop?.querySelector(".vote, [data-vote] button, a[data-vote]");

const KEYS = {
  "/": () => {
    const line = document.querySelector("main [type=search]");
    if (line) line.focus();
    else document.querySelector("[data-key='/']")?.click();
  },
  n: () => {
    const line = document.querySelector("[data-key=n]");
    if (line) line.focus();
    else document.querySelector("a.add")?.click();
  },
  j: () => step(1),
  k: () => step(-1),
  v: () => ballot(here() ?? document.querySelector(".slip"))?.click(),
  e: () => here()?.closest(".talk")?.querySelector("[data-key=e]").click(),
  u: () => document.querySelector("[data-key=u]")?.click(),
  z: () => [...document.querySelectorAll("[data-key=z]")].at(-1)?.click(),
  w: () => here()?.querySelector("[data-key=w]")?.click(),
  o: () => door(here())?.click(),
  a: () => use("form[action$='/response'] textarea"),
  s: () => use("form[action$='/status'] select"),
  "?": () => openDialog("keys"),
};

addEventListener("keydown", (event) => {
  if (event.key === "Escape") return closeMenus((menu) => menu.open, true);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (!plain || !Object.hasOwn(KEYS, event.key) || typing(event.target) || !enabled()) return;
  event.preventDefault();
  KEYS[event.key]();
});

// The stop that j, k, v and o speak of is where the focus is, however it came there.
addEventListener("focusin", (event) => {
  const stop = event.target.closest?.(STOPS);
  if (stop) mark(stop);
});

function mark(stop) {
  here()?.removeAttribute("data-here");
  stop.setAttribute("data-here", "");
}

function step(by) {
  const stops = [...document.querySelectorAll(STOPS)];
  const next = stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(here()) + by))];
  if (!next) return;
  mark(next);
  door(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// A staff tool is that of the row where the reader stands: its idea is opened first.
function use(tool) {
  const link = here()?.querySelector("[data-pane]:not([aria-current])");
  if (!link) return unfold(first(tool));
  addEventListener("htmx:after:settle", () => unfold(first(tool)), { once: true });
  link.click();
}

function unfold(field) {
  for (let part = field?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  field?.focus();
}

function openDialog(id, opener = document.activeElement) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  for (const box of dialog.querySelectorAll("[data-choice]"))
    box.checked = (document.documentElement.dataset[box.dataset.choice] ?? box.dataset.default) === box.dataset.on;
  dialog.showModal();
  dialog.addEventListener(
    "close",
    () => (opener.checkVisibility() ? opener : opener.closest("details")?.querySelector("summary"))?.focus(),
    { once: true },
  );
}

function closeMenus(which, returns) {
  for (const menu of document.querySelectorAll(`${MENUS}[open]`)) {
    if (!which(menu) || document.querySelector("dialog[open]")) continue;
    if (returns) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) openDialog(opener.dataset.open, opener);
  if (event.target.matches?.("dialog")) event.target.close();
  for (const menu of document.querySelectorAll(`${MENUS}[open]`))
    if (!menu.contains(event.target) || opener) menu.open = false;
});
addEventListener("focusout", (event) => {
  if (event.relatedTarget) closeMenus((menu) => menu.contains(event.target) && !menu.contains(event.relatedTarget));
});
