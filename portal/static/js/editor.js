// The editor is a plain textarea; these buttons only type Markdown into it and show what the server makes of it.
import { announce, words } from "./live.js";

const area = (button) => button.closest("[data-editor]").querySelector("textarea");

addEventListener("click", (event) => {
  const mark = event.target.closest?.("[data-mark]");
  if (mark) write(area(mark), mark.dataset.mark);
  const preview = event.target.closest?.("[data-preview]");
  if (preview) toggle(preview);
  const phrase = event.target.closest?.("[data-phrase]");
  if (phrase && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    say(phrase);
  }
});

// Where nobody has put the cursor, it stands at the end.
const entered = new WeakSet();
addEventListener("focusin", (event) => entered.add(event.target));

// A ready phrase goes where the cursor is; at the end of what is written it is a paragraph of its own.
function say(phrase) {
  const form = phrase.closest("form");
  const field = form.querySelector("[data-editor] textarea");
  if (field.hidden) toggle(form.querySelector("[data-preview]"));
  if (!entered.has(field)) field.setSelectionRange(field.value.length, field.value.length);
  const before = field.value.slice(0, field.selectionStart);
  const atEnd = field.selectionStart === field.value.length;
  field.focus();
  insert(field, (atEnd && before.trim() && !before.endsWith("\n\n") ? "\n\n" : "") + phrase.dataset.phrase);
  phrase.closest("details").open = false;
}

function write(field, mark) {
  const [from, to] = [field.selectionStart, field.selectionEnd];
  const chosen = field.value.slice(from, to);
  field.focus();
  if (mark === "[]") insert(field, `[${chosen}](https://)`, from, from + 1, from + 1 + chosen.length);
  else if (mark.endsWith(" "))
    insert(
      field,
      chosen
        .split("\n")
        .map((line) => mark + line)
        .join("\n"),
      from,
    );
  else insert(field, mark + chosen + mark, from, from + mark.length, from + mark.length + chosen.length);
}

// execCommand is the one way to type that the browser's own undo can take back.
function insert(field, text, from, start, end) {
  if (!document.execCommand("insertText", false, text))
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  if (start !== undefined) field.setSelectionRange(start, end);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function toggle(button) {
  const field = area(button);
  const shown = button.closest("[data-editor]").querySelector("[data-preview-of]");
  const open = button.getAttribute("aria-pressed") === "true";
  if (!open && !(await render(button, field, shown))) return;
  button.setAttribute("aria-pressed", String(!open));
  shown.hidden = open;
  field.hidden = !open;
  if (open) field.focus();
}

async function render(button, field, shown) {
  const body = new URLSearchParams({ text: field.value, csrf_token: field.form.elements.csrf_token?.value ?? "" });
  try {
    const answer = await fetch(button.dataset.preview, { method: "POST", body, headers: { "HX-Request": "true" } });
    // Too many within a minute: what is answered says so, and stands in the place of the preview.
    if (!answer.ok && answer.status !== 429) throw new Error(answer.statusText);
    shown.innerHTML = await answer.text();
    return true;
  } catch {
    announce(navigator.onLine ? words.failed : words.offline);
    return false;
  }
}
