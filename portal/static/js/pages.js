// A page that was opened as somebody else is stale: say so, and never show it again from the browser's memory.
import { announce, words } from "./live.js";
import { keep, recall } from "./storage.js";

const who = document.documentElement.dataset.who;

export function rememberReader() {
  if (who !== undefined) keep("who", who);
}

const changed = () => who !== undefined && recall("who") !== null && recall("who") !== who;
const reload = { label: words.reload, run: () => location.reload() };

addEventListener("pageshow", (event) => {
  if (event.persisted && changed()) location.reload();
});
addEventListener("storage", (event) => {
  if (event.key === "who" && changed()) announce(words.stale, reload);
});

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(
      button.dataset.text ?? new URL(button.dataset.copy || location.href, location.href).href,
    );
    announce(button.dataset.copied ?? words.copied);
  } catch {
    announce(words.failed);
  }
});
