// What htmx brings back: refusals are said, not painted into a button; whole pages are visited; focus is never lost.
import { restoreDrafts, settleAnswered } from "./drafts.js";
import { focusSummary } from "./forms.js";
import { announce, announceWithin, words } from "./live.js";
import { learnVotes } from "./votes.js";

const whole = (text) => /^\s*<!doctype html/i.test(text);
// An address says only what was chosen.
addEventListener("htmx:config:request", (event) => {
  const { method, body } = event.detail.ctx.request;
  if (method === "GET") for (const [name, value] of [...body]) if (value === "") body.delete(name, value);
});

const isVote = (source) => source?.matches?.("form[data-vote]");

addEventListener("htmx:after:request", (event) => {
  const { response, text, sourceElement, select } = event.detail.ctx;
  if (sourceElement.matches?.("form[data-draft]")) settleAnswered(sourceElement, response.status < 400);
  if (response.raw.redirected && whole(text) && !select) {
    event.preventDefault();
    location.assign(response.raw.url);
  } else if (response.status >= 400 && response.status !== 422) {
    event.preventDefault();
    announce(reason(text), response.status === 400 ? readAgain : undefined);
  }
});

// A token gone stale is the usual 400: the page has a new one when it is read again.
const readAgain = { label: words.reload, run: () => location.reload() };

// One after the other: the first paragraph of a member's page is their name, in the menu above its heading.
function reason(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const said = page.querySelector("[data-announce]") ?? page.querySelector("h1") ?? page.querySelector("p");
  return said?.textContent.trim() || words.failed;
}

addEventListener("htmx:error", (event) => {
  announce(navigator.onLine ? words.failed : isVote(event.detail.ctx?.sourceElement) ? words.unvoted : words.offline);
});

// Whoever ticks while a search for more is under way loses no tick: an answer that does not know of it is asked for again.
const ticks = (part) => [...part.querySelectorAll("input:checked")].map((box) => box.value).join();
addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.target?.matches?.("[data-ticks]")) ctx.ticks = ticks(ctx.target);
});

addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  ctx.focused = document.activeElement;
  if (ctx.ticks === undefined || ctx.ticks === ticks(ctx.target)) return;
  event.preventDefault();
  htmx.trigger(ctx.sourceElement, "again");
});

addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const part = ctx.target?.isConnected
    ? ctx.target
    : (ctx.target?.id && document.getElementById(ctx.target.id)) || document;
  announceWithin(document);
  if (ctx.response?.status === 422) focusSummary(part);
  restoreDrafts(part);
  if (isVote(ctx.sourceElement))
    ctx.sourceElement.querySelector(".vote[aria-pressed=true]")?.setAttribute("data-just", "");
  keepFocus(part, ctx.focused, ctx.sourceElement);
  learnVotes();
});

const twin = (part, before) =>
  (before.id && document.getElementById(before.id)) ||
  (before.closest(".filter") && part.querySelector(".filter > summary")) ||
  [...part.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === before.getAttribute("href"));

// What had the focus may be gone with the swap: its like takes it, or what the answer points at, or what asked.
function keepFocus(part, before, asked) {
  const pointed = document.querySelector("[data-focus]");
  const goal = pointed ? document.getElementById(pointed.dataset.focus) : null;
  pointed?.removeAttribute("data-focus");
  if (!goal && (document.activeElement !== document.body || !before || before === document.body)) return;
  const next = goal ?? twin(part, before) ?? part.querySelector?.("summary, a, button") ?? asked;
  if (!next?.isConnected) return;
  if (next.tabIndex < 0) next.tabIndex = -1;
  next.focus({ preventScroll: !goal });
}
