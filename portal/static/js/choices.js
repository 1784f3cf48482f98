// Theme, motion and single-letter keys: kept in this browser at once, and in a member's account as soon as it answers.
import { announce, words } from "./live.js";
import { forget, keep, recall } from "./storage.js";

const page = document.documentElement;

export function choose(name, value) {
  page.dataset[name] = value;
  keep(name, value);
  keep("unsaved", `${performance.now()} ${name} ${value}`);
  dispatchEvent(new Event("choice"));
  saveChoices();
}

// A visitor's choice waits until they sign in: the last choice made in this browser wins over the account's.
export async function saveChoices() {
  const token = document.querySelector("input[name=csrf_token]")?.value;
  const unsaved = recall("unsaved");
  if (!page.dataset.who || !token || !unsaved) return;
  const body = new URLSearchParams({ csrf_token: token });
  for (const name of ["theme", "motion", "keys"]) if (recall(name)) body.set(name, recall(name));
  const answer = await fetch(words.choices, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
    keepalive: true,
  }).catch(() => null);
  if (!answer?.ok || recall("unsaved") !== unsaved) return;
  forget("unsaved");
  keep("saved", Date.now());
}

addEventListener("click", (event) => {
  const toggle = event.target.closest?.("[data-theme-toggle]");
  if (!toggle) return;
  event.preventDefault();
  const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const now = ["light", "dark"].includes(page.dataset.theme) ? page.dataset.theme : device;
  const wanted = now === "dark" ? "light" : "dark";
  // Visitors have no page of settings: what their device says anyway is theirs to follow again.
  choose("theme", !page.dataset.who && wanted === device ? "auto" : wanted);
  announce(words[wanted], undefined, true);
});

addEventListener("change", (event) => {
  const { choice, on, off } = event.target.dataset ?? {};
  if (choice) choose(choice, event.target.checked ? on : off);
});

// What the page of settings saves is the newest word.
addEventListener("submit", (event) => {
  if (["appearance", "shortcuts"].includes(event.target.elements?.section?.value)) ["unsaved", "saved"].forEach(forget);
});
