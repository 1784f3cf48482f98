// Single-letter keys, never while somebody types, and off for good where they get in the way (WCAG 2.1.4).
import { keep, recall } from "./storage.js";

const STOPS = ".ticket-wrap, .inbox__i, .rcard";
const enabled = () => document.documentElement.dataset.keys !== "off" && recall("keys") !== "off";
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog[open]");
const here = () => document.querySelector("[data-here]");

const KEYS = {
  "/": () => document.querySelector("[data-key='/']")?.click(),
  n: () => { const field = document.querySelector("[data-composer]"); if (field) field.focus(); else document.querySelector("a.add")?.click(); },
  j: () => step(1),
  k: () => step(-1),
  v: () => (here()?.querySelector(".vote, [data-vote] button, a[data-vote]") ?? (here() ? null : document.querySelector(".slip [data-vote] button, .slip a[data-vote]")))?.click(),
  o: () => here()?.querySelector("h3 a")?.click(),
  "?": () => openDialog("keys"),
};

addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (!plain || !KEYS[event.key] || typing(event.target) || !enabled()) return;
  event.preventDefault();
  KEYS[event.key]();
});

function step(by) {
  const stops = [...document.querySelectorAll(STOPS)];
  if (!stops.length) return;
  const next = stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(here()) + by))] ?? stops[0];
  here()?.removeAttribute("data-here");
  next.setAttribute("data-here", "");
  next.querySelector("h3 a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  const toggle = dialog?.querySelector("[data-keys-switch]");
  if (toggle) toggle.checked = enabled();
  dialog?.showModal();
}

addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) openDialog(opener.dataset.open);
  if (event.target.matches?.("dialog")) event.target.close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target) || opener) menu.open = false;
});

addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

addEventListener("change", (event) => {
  if (event.target.matches?.("[data-keys-switch]")) keep("keys", event.target.checked ? "on" : "off");
});
