// A vote shows before the server answers, is taken back where it is refused, and is the same in every tab and on the way back.
import { keep, recall } from "./storage.js";

const reader = () => document.documentElement.dataset.who;
const idea = (form) => form.action.match(/\/ideas\/(\d+)\/vote$/)?.[1];
const ballots = (part = document) => [...part.querySelectorAll("form[data-vote]")].filter((form) => idea(form));
const press = (form) => form.querySelector("button");
const isOn = (form) => press(form).getAttribute("aria-pressed") === "true";
const tallies = (id) => [...document.querySelectorAll(`[data-votes="${id}"]`)];
const tally = (id) => Number(tallies(id)[0]?.textContent.replace(/\D/g, "") ?? NaN);

function paint(id, voted, votes) {
  for (const form of ballots()) if (idea(form) === id && isOn(form) !== voted) turn(form, voted);
  const text = new Intl.NumberFormat(document.documentElement.lang === "fr" ? "fr" : "en-GB").format(votes);
  if (votes >= 0) for (const place of tallies(id)) place.textContent = text;
}

function turn(form, voted) {
  const button = press(form),
    glyph = button.querySelector("use"),
    label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  button.setAttribute("aria-pressed", String(voted));
  form.elements.voted.value = voted ? 0 : 1;
  glyph?.setAttribute("href", glyph.getAttribute("href").replace(/#.*/, voted ? "#check" : "#chevron-up"));
  if (label && button.dataset.other) [label.data, button.dataset.other] = [button.dataset.other, label.data.trim()];
  if (voted) button.setAttribute("data-just", "");
}

addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail,
    form = ctx.sourceElement;
  if (!form.matches?.("form[data-vote]")) return;
  const [id, before, votes] = [idea(form), isOn(form), tally(idea(form))];
  const wanted = new URLSearchParams(ctx.request.body).get("voted") === "1";
  if (wanted === before) return;
  ctx.undo = () => paint(id, before, votes);
  paint(id, wanted, votes + (wanted ? 1 : -1));
});

addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.undo && ctx.status !== "swapped") ctx.undo();
});

// What each idea's vote was when last read: a page out of the browser's memory is put right by it.
function memory() {
  try {
    const { who, votes } = JSON.parse(recall("votes"));
    return new Map(who === reader() ? votes : []);
  } catch {
    return new Map();
  }
}

export function learnVotes(part = document) {
  const known = memory();
  for (const form of ballots(part)) {
    known.delete(idea(form));
    known.set(idea(form), [isOn(form), tally(idea(form))]);
  }
  if (reader() && known.size) keep("votes", JSON.stringify({ who: reader(), votes: [...known].slice(-200) }));
}

export function correctVotes() {
  const known = memory();
  for (const form of ballots()) {
    const [voted, votes] = known.get(idea(form)) ?? [isOn(form)];
    if (voted === isOn(form)) continue;
    paint(idea(form), voted, votes);
    const slip = document.getElementById(`slip-${idea(form)}`);
    if (slip)
      htmx.ajax("GET", location.pathname + location.search, {
        source: slip,
        target: slip,
        select: `#${slip.id}`,
        swap: "outerMorph",
      });
  }
}

addEventListener("storage", (event) => {
  if (event.key === "votes") correctVotes();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) correctVotes();
});
