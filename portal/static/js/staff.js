// What only the desk of the team needs: it comes beside app.js, so that nobody else waits for it.
import "./answering.js";
import "./picking.js";
import "./undo.js";
import { fetchAhead } from "./panes.js";

fetchAhead();
// On phones the staff tools stand above the idea: folded, so that both are in sight.
if (matchMedia("(max-width: 61.1875em)").matches)
  for (const tool of document.querySelectorAll("details[data-folds]")) tool.open = false;
// On phones the queues scroll sideways: the one that is open is in sight.
document.querySelectorAll(":is(.subnav__strip, .inbox__q, .lanes) > [aria-current]").forEach((place) => {
  const [here, bar] = [place, place.parentElement].map((part) => part.getBoundingClientRect());
  place.parentElement.scrollLeft += here.left - bar.left - (bar.width - here.width) / 2;
});
