// What htmx brings back: refusals are said, not painted into a button; whole pages are visited; focus stays useful.
import { restoreDrafts, settleAnswered } from "./drafts.js";
import { focusSummary } from "./forms.js";
import { announce, announceWithin, words } from "./live.js";

const whole = (text) => /^\s*<!doctype html/i.test(text);

addEventListener("htmx:after:request", (event) => {
  const { response, text, sourceElement } = event.detail.ctx;
  if (sourceElement.matches?.("form[data-draft]")) settleAnswered(sourceElement, response.status < 400);
  if (response.raw.redirected && whole(text)) {
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

addEventListener("htmx:error", () => announce(navigator.onLine ? words.failed : words.offline));

addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const part = ctx.target?.isConnected ? ctx.target : document;
  announceWithin(document);
  if (ctx.response?.status === 422) focusSummary(part);
  restoreDrafts(part);
  if (ctx.sourceElement?.dataset?.vote !== undefined) ctx.sourceElement.querySelector(".vote")?.setAttribute("data-just", "");
});

// After "show more" the reader goes on at the first new item, not at the top of the page.
addEventListener("htmx:before:request", (event) => {
  const link = event.target.closest?.("[data-more]");
  const list = link && document.getElementById(link.dataset.more);
  if (!list) return;
  const seen = list.children.length;
  addEventListener("htmx:after:settle", () => (list.children[seen]?.querySelector("h3 a") ?? list.children[seen]?.querySelector("a, button"))?.focus({ preventScroll: true }), { once: true });
});
