// A list beside what it opens: the row that is open is marked, and a phone, which shows one of the two, moves the focus along.
const FIELDS = "textarea, select, input:not([type=hidden], [type=radio]:not(:checked))";
const markAs = (link, others) => {
  for (const other of document.querySelectorAll(`${others}[aria-current]`)) other.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
};
const TAKEN_OVER = "#main, #desk";
let ahead = {};

addEventListener("htmx:after:swap", (event) => {
  sendInPlace();
  const link = event.detail.ctx.sourceElement;
  if (link?.matches?.("[data-act]")) {
    // An act has a link in the bar, and on a phone another at the thumb.
    markAs(null, "[data-act]");
    for (const same of document.querySelectorAll("[data-act]"))
      if (same.href === link.href) same.setAttribute("aria-current", "true");
    focusAct();
  }
  if (!link?.matches?.("[data-pane]")) return;
  markAs(link, "[data-pane]");
  const pane = document.getElementById(link.dataset.pane);
  if (!link.checkVisibility?.()) pane?.querySelector("h2")?.focus();
  pane?.scrollTo(0, 0);
  // The case is the page: whoever has read down one begins the next at its top.
  if (pane?.matches(".case") && pane.getBoundingClientRect().top < 0) pane.scrollIntoView();
  fetchAhead();
});

// An act is sent in place, and what the whole page would show is taken over from it: no sheet or script is read again.
function sendInPlace() {
  for (const form of document.querySelectorAll("[data-doing] form[method=post]:not([hx-post])")) {
    const asks = { post: form.getAttribute("action"), target: "#main", select: TAKEN_OVER, swap: "outerHTML" };
    Object.assign(asks, { config: '{"timeout": "180s"}', sync: "this:drop" });
    for (const [name, value] of Object.entries(asks)) form.setAttribute(`hx-${name}`, value);
    htmx.process(form);
  }
}
addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.select !== TAKEN_OVER || !ctx.response.raw.redirected) return;
  history.pushState({ htmx: true }, "", ctx.response.raw.url);
  scrollTo(0, 0);
  ahead = {};
  fetchAhead();
});
sendInPlace();

// The form of an act takes the focus; closed, it leaves its draft, and the focus goes to the title.
function focusAct() {
  const field = document.querySelector(`[data-doing] :is(${FIELDS})`);
  field?.focus({ preventScroll: true });
  field?.closest("[data-doing]").scrollIntoView({ block: "nearest" });
}
addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-close-act]");
  if (!close || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const form = close.closest("[data-doing]");
  form.replaceChildren();
  form.hidden = true;
  delete form.dataset.doing;
  markAs(null, "[data-act]");
  document.getElementById("open-h")?.focus();
});

// What comes next is fetched once this one is shown: a GET changes nothing. What is done makes another of it.
export function fetchAhead() {
  const links = [...document.querySelectorAll("[data-pane]")];
  const next = links[links.findIndex((link) => link.ariaCurrent) + 1];
  const url = next?.getAttribute("hx-get");
  if (!url || url === ahead.url || navigator.connection?.saveData) return;
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
  ahead = { url, at: Date.now(), answer: fetch(url, { headers }).catch(() => null) };
}
addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { url, at, answer } = ahead;
  if (!ctx.sourceElement?.matches?.("[data-pane]") || ctx.request.action !== url || Date.now() - at > 20_000) return;
  ahead = {};
  ctx.fetch = async (...asked) => {
    const found = await answer;
    return found?.ok && !found.redirected ? found : fetch(...asked);
  };
});

if (location.hash === "#do" && !document.querySelector("[data-doing] [data-summary]")) focusAct();
