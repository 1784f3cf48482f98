// Everything works without this file; it only makes the same pages quicker and safer to use.
import { saveChoices } from "./choices.js";
import "./brand.js";
import "./editor.js";
import "./files.js";
import "./offline.js";
import "./requests.js";
import "./shortcuts.js";
import "./composer.js";
import { restoreDrafts, settleSentDraft } from "./drafts.js";
import { focusSummary } from "./forms.js";
import { announceWithin } from "./live.js";
import { rememberReader } from "./pages.js";
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
