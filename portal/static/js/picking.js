// Rows are ticked from the keyboard: x the one where the reader stands, Shift+x as far as that, Ctrl+a all, Escape none.
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
