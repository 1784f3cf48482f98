// Text survives a closed tab, an expired session and a sign-in: <form data-draft="key"> is kept here until it is sent.
// It belongs to whoever wrote it: signing out forgets it, and so does the first page that somebody else opens signed in.
import { announce, words } from "./live.js";
import { forget, keep, kept, recall } from "./storage.js";

const WEEK = 7 * 24 * 3600 * 1000;
const PAUSE = 400;
const KEPT = "input[type=text], input[type=url], input:not([type]), textarea, select";
const VISITOR = "";
const writer = document.documentElement.dataset.who ?? VISITOR;
const slot = (form, of = writer) => `draft:${of}:${form.dataset.draft}`;
// What was begun before signing in is gone on with after it.
const slots = (form) => [slot(form), slot(form, VISITOR)];
const isTheirs = (key) => key.startsWith(`draft:${writer}:`) || key.startsWith(`draft:${VISITOR}:`);
let left = false;
const fields = (form) =>
  [...form.querySelectorAll(KEPT)].filter(
    (field) => field.name && field.name !== "csrf_token" && !field.closest("[data-no-draft]"),
  );

export function restoreDrafts(part = document) {
  if (writer) forgetDrafts((key) => !isTheirs(key));
  for (const form of part.querySelectorAll("form[data-draft]")) restore(form);
  fillIn(part);
}

// What a choice asks for comes after it (the fields of a board): an empty one takes what was written into it before.
const broughtBack = new WeakMap();

function fillIn(part) {
  const draft = broughtBack.get(part.closest?.("form[data-draft]"));
  for (const field of draft ? part.querySelectorAll(KEPT) : [])
    if (!field.value && draft.text[field.name]) field.value = draft.text[field.name];
}

function restore(form) {
  const draft = read(form);
  if (!draft || form.querySelector("[aria-invalid=true]")) return;
  const open = fields(form).filter(
    (field) => field.tagName !== "SELECT" && draft.text[field.name] && waits(field, draft),
  );
  if (!open.length) return;
  broughtBack.set(form, draft);
  for (const field of fields(form))
    if (draft.text[field.name] && (open.includes(field) || field.tagName === "SELECT")) {
      const before = field.value;
      field.value = draft.text[field.name] + addedSince(field, draft);
      if (field.matches("select[hx-post]") && field.value !== before) field.dispatchEvent(new Event("change"));
    }
  announce(words.restored, { label: words.discard, run: () => discard(form) });
}

// What this page has put behind what stood in the field (a ready phrase); it stays behind what was written before.
const added = (field) => field.dataset.added ?? "";
const addedSince = (field, { on }) =>
  added(field) && on?.[field.name] !== field.defaultValue ? `\n\n${added(field)}` : "";
const stood = (field) => field.value.slice(0, field.value.length - added(field).length).trimEnd();

// An empty field takes what was written. One that shows what stands there takes it too, while that is what it was begun on.
const waits = (field, { text, on }) => {
  const began = [field.value, ...(added(field) ? [stood(field)] : [])];
  return (
    !began.at(-1).trim() ||
    (field.value === field.defaultValue && began.includes(on?.[field.name]) && text[field.name] !== field.value)
  );
};

function read(form) {
  try {
    const draft = JSON.parse(slots(form).map(recall).find(Boolean) ?? "{}");
    return draft.at && Date.now() - draft.at < WEEK ? draft : null;
  } catch {
    return null;
  }
}

function forgetDrafts(which) {
  for (const key of kept()) if (key.startsWith("draft:") && which(key)) forget(key);
}

const settle = (form) => slots(form).forEach(forget);

function discard(form) {
  settle(form);
  form.reset();
  fields(form)[0]?.focus();
}

// A page that is still open after its reader signed out, here or in another window, writes nothing down.
const isOver = () => left || (Boolean(writer) && (recall("who") ?? writer) !== writer);

function save(form) {
  if (isOver()) return;
  const [text, on] = ["value", "defaultValue"].map((of) =>
    Object.fromEntries(fields(form).map((field) => [field.name, field[of]])),
  );
  const written = fields(form).some((field) => field.tagName !== "SELECT" && field.value.trim());
  if (written) keep(slot(form), JSON.stringify({ at: Date.now(), text, on }));
  else forget(slot(form));
}

const waiting = new Map();
addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form && !waiting.has(form))
    waiting.set(
      form,
      setTimeout(() => {
        waiting.delete(form);
        save(form);
      }, PAUSE),
    );
});
const saveNow = () => {
  for (const [form, timer] of waiting) {
    clearTimeout(timer);
    save(form);
  }
  waiting.clear();
};
// Whoever leaves, by another page, another window, or another item beside the list, finds it again at once.
for (const leaves of ["pagehide", "blur", "htmx:before:request"]) addEventListener(leaves, saveNow);
addEventListener("visibilitychange", saveNow);

addEventListener("submit", ({ target }) => {
  if (!target.matches("form[data-leaves]")) return;
  left = true;
  forgetDrafts(() => true);
  forget("votes");
});

// A sent form may still come back with an error, so its draft goes only when the page that follows says it is no longer needed.
addEventListener("submit", (event) => {
  // The votes of similar ideas stand inside the form that proposes one: only its own sending counts.
  const form = event.target;
  if (!form.matches("form[data-draft]")) return;
  saveNow();
  save(form);
  try {
    sessionStorage.setItem("sent", slot(form));
  } catch {
    /* the draft expires by itself */
  }
});

// htmx brings the answer without a new page: accepted text is forgotten at once, refused text stays.
export function settleAnswered(form, accepted) {
  try {
    sessionStorage.removeItem("sent");
  } catch {
    /* nothing was noted */
  }
  if (accepted) settle(form);
}

export function settleSentDraft() {
  let sent = null;
  try {
    sent = sessionStorage.getItem("sent");
    sessionStorage.removeItem("sent");
  } catch {
    return;
  }
  if (!sent) return;
  const name = sent.split(":").slice(2).join(":");
  const back = document.querySelector(`form[data-draft="${CSS.escape(name)}"]`);
  const refused =
    back?.querySelector("[aria-invalid=true], [data-summary]") ||
    document.querySelector("main[data-error], [data-summary]");
  if (!refused) for (const of of [writer, VISITOR]) forget(`draft:${of}:${name}`);
}
