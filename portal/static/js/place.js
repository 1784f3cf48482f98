// Back leads to the same place: the pages that were shown since, the scroll, and what had been opened.
const STATE = () => history.state ?? {};
// The mark keeps htmx from writing its own over what is noted here.
const note = (facts) => history.replaceState({ ...STATE(), ...facts, htmx: true }, "");
let returning = false;

// After "show more" the reader goes on at the first new item, not at the top of the page.
addEventListener("htmx:before:request", (event) => {
  const link = event.target.closest?.("[data-more]");
  const list = link && document.getElementById(link.dataset.more);
  if (!list) return;
  event.detail.ctx.shown = list;
  if (returning) return;
  const seen = list.children.length;
  addEventListener(
    "htmx:after:settle",
    () =>
      (list.children[seen]?.querySelector("h3 a") ?? list.children[seen]?.querySelector("a, button"))?.focus({
        preventScroll: true,
      }),
    { once: true },
  );
});

addEventListener("htmx:after:swap", (event) => {
  const { shown, request } = event.detail.ctx;
  if (shown) note({ more: (STATE().more ?? 0) + 1 });
  if (request?.headers["HX-History-Restore-Request"]) returnToPlace();
});

addEventListener("click", (event) => {
  const opened = event.target.closest?.("main :is(h2, h3)[id] > a");
  if (opened) note({ opened: opened.parentElement.id, by: event.detail ? "hand" : "key" });
});
for (const moment of ["scrollend", "pagehide"])
  addEventListener(moment, () => {
    if (STATE().more && !returning) note({ top: scrollY });
  });

// On the way back the browser would serve what it kept of these pages, votes and all.
addEventListener("htmx:config:request", (event) => {
  if (returning) event.detail.ctx.request.cache = "no-cache";
});

export async function returnToPlace() {
  const { more = 0, top, opened, by } = STATE();
  returning = true;
  if (more) note({ more: 0 });
  for (let page = 0; page < more; page++) {
    const link = document.querySelector("[data-more]");
    if (link) await htmx.ajax("GET", link.getAttribute("href"), { source: link });
  }
  returning = false;
  if (more && top !== undefined) scrollTo({ top, behavior: "instant" });
  // Only where the keyboard had left from: a ring out of nowhere would puzzle a hand on a mouse.
  if (opened && by === "key" && document.activeElement === document.body)
    document.getElementById(opened)?.querySelector("a")?.focus({ preventScroll: true });
}
