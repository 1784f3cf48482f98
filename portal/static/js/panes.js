// A list beside what it opens: the row that is open is marked, and a phone, which shows one of the two, moves the focus along.
addEventListener("htmx:after:swap", (event) => {
  const link = event.detail.ctx.sourceElement;
  if (!link?.matches?.("[data-pane]")) return;
  for (const other of document.querySelectorAll("[data-pane][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const pane = document.getElementById(link.dataset.pane);
  if (!link.checkVisibility?.()) pane?.querySelector("h2")?.focus();
  pane?.scrollTo(0, 0);
});
