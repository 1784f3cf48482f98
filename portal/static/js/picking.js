// Rows are ticked from the keyboard: x the one where the reader stands, Shift+x as far as that, Ctrl+a all, Escape none.
// With something ticked, the letter of an act opens it for all of that, before it would open it for one.
import { enabled, here, typing } from "./keys.js";

let last;

addEventListener("keydown", (event) => {
  const boxes = [...document.querySelectorAll("main .pick")];
  if (!boxes.length || event.defaultPrevented || event.altKey || typing(event.target) || !enabled()) return;
  const box = here()?.querySelector(".pick");
  const whole = event.ctrlKey || event.metaKey;
  if (whole && event.key === "a") pick(event, boxes, true);
  else if (event.key === "Escape" && boxes.some((each) => each.checked)) pick(event, boxes, false);
  else if (!whole && event.key === "x" && box) pick(event, [box], !box.checked);
  else if (!whole && event.key === "X" && box) {
    const ends = [boxes.indexOf(box), Math.max(0, boxes.indexOf(last))].sort((a, b) => a - b);
    pick(event, boxes.slice(ends[0], ends[1] + 1), true);
  }
});

function pick(event, boxes, ticked) {
  event.preventDefault();
  for (const box of boxes) box.checked = ticked;
  last = boxes.at(-1);
}

addEventListener(
  "keydown",
  (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || typing(event.target) || !enabled() || !document.querySelector("main .pick:checked")) return;
    const act = document.querySelector(`#picks [data-for="${CSS.escape(event.key)}"]`);
    if (!act) return;
    event.preventDefault();
    act.form.requestSubmit(act);
  },
  true,
);

// The act that was opened so takes the focus.
if (location.hash === "#do")
  document.querySelector(".bulk :is(select, textarea, [type=text], [type=radio]:checked)")?.focus();
