import { recall } from "./storage.js";

// The form of an answer: a no goes with the status that says no, as long as nobody chose another.
addEventListener("change", ({ target }) => {
  const status = target.form?.querySelector(`[data-follows="${target.id}"]`);
  if (!status) return;
  const moves = target.selectedOptions[0]?.dataset.moves ?? "";
  if (status.value === (status.dataset.followed ?? "")) status.value = status.dataset.followed = moves;
});

// A draft is kept by drafts.js a moment after the last key; here it is said that it was.
const SAVED = 600;
addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-draft]");
  const said = form?.querySelector("[data-draft-kept]");
  if (!said) return;
  said.hidden = true;
  setTimeout(() => {
    said.hidden = !recall(`draft:${document.documentElement.dataset.who ?? ""}:${form.dataset.draft}`);
  }, SAVED);
});
