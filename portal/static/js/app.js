// Everything works without this file; it only makes the same pages quicker and safer to use.
import { saveChoices } from "./choices.js";
import "./brand.js";
import "./editor.js";
import "./files.js";
import "./offline.js";
import "./panes.js";
import "./picking.js";
import "./requests.js";
import "./shortcuts.js";
import "./undo.js";
import "./composer.js";
import { restoreDrafts, settleSentDraft } from "./drafts.js";
import { focusSummary } from "./forms.js";
import { announceWithin } from "./live.js";
import { rememberReader } from "./pages.js";
import { fetchAhead } from "./panes.js";
import { returnToPlace } from "./place.js";
import { correctVotes, learnVotes } from "./votes.js";
import { sayWhere } from "./zone.js";

// Not a timer later, as htmx would by itself: a vote in between would send for a whole page.
htmx.initialize();
rememberReader();
settleSentDraft();
restoreDrafts();
// Whoever has begun to write before this page was alive is not interrupted.
if (document.activeElement === document.body) focusSummary();
announceWithin(document);
saveChoices();
sayWhere();
if ("old" in document.documentElement.dataset) correctVotes();
else learnVotes();
returnToPlace();
fetchAhead();
// On phones the staff tools stand above the idea: folded, so that both are in sight.
if (matchMedia("(max-width: 61.1875em)").matches)
  for (const tool of document.querySelectorAll("details[data-folds]")) tool.open = false;
// On phones the queues scroll sideways: the one that is open is in sight.
document.querySelectorAll(":is(.subnav__strip, .inbox__q, .lanes) > [aria-current]").forEach((place) => {
  const [here, bar] = [place, place.parentElement].map((part) => part.getBoundingClientRect());
  place.parentElement.scrollLeft += here.left - bar.left - (bar.width - here.width) / 2;
});
