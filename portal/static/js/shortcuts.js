// Single-letter keys, never while somebody types, and off for good where they get in the way (WCAG 2.1.4); menus and dialogs.
import { enabled, here, typing } from "./keys.js";

const STOPS =
  ".ticket-wrap:not(.ballot), .inbox__i, .queue__i, .mem, .rcard, .notes__i, .release, main .table tbody tr";
const MENUS = "details:is([data-menu], .filter)";
const first = (...selectors) => selectors.map((selector) => document.querySelector(selector)).find(Boolean);
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
  k: () => {
    const other = document.querySelector("[data-key=k]");
    if (other) other.click();
    else step(-1);
  },
  v: () => ballot(here() ?? document.querySelector(".slip"))?.click(),
  e: () => here()?.closest(".talk")?.querySelector("[data-key=e]").click(),
  u: () => back() || document.querySelector("[data-key=u]")?.click(),
  w: () => here()?.querySelector("[data-key=w]")?.click(),
  o: () => door(here())?.click(),
  a: () => use("a", "form[action$='/response'] textarea"),
  s: () => use("s", "form[action$='/status'] select"),
  g: () => (document.querySelector("#acts [data-key=g]") ? use("g") : (going = Date.now())),
  ...Object.fromEntries([..."tbmlcNhH"].map((key) => [key, () => use(key)])),
  z: () => [...document.querySelectorAll("[data-key=z]")].at(-1)?.click(),
  "?": () => openDialog("keys"),
};
// g, and soon after it the letter of a place of staff.
const SOON = 1500;
let going = 0;

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("[data-doing]"))
    return document.querySelector("[data-close-act]").click();
  if (event.key === "Escape") return closeMenus((menu) => menu.open, true);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (!plain || typing(event.target) || !enabled()) return;
  const place = Date.now() - going < SOON && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = 0;
  if (!place && !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  if (place) return place.click();
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
function use(key, tool) {
  const open = () => {
    const act = document.querySelector(`#acts [data-key=${key}]`);
    if (act) act.click();
    else if (tool) unfold(first(tool));
  };
  const link = here()?.querySelector("[data-pane]:not([aria-current])");
  if (!link) return open();
  const swapped = ({ detail }) => {
    if (detail.ctx.sourceElement !== link) return;
    removeEventListener("htmx:after:swap", swapped);
    addEventListener("htmx:after:settle", open, { once: true });
  };
  addEventListener("htmx:after:swap", swapped);
  link.click();
}

// In the inbox, back to the row that is open; on a phone, which shows one of the two, there is a link.
function back() {
  const link = document.querySelector(".queue [data-pane][aria-current]");
  if (!link?.checkVisibility()) return false;
  link.focus();
  return true;
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
