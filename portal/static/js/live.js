// One polite live region a page: results are said and shown, keystrokes are not.
const live = () => document.getElementById("live");
export const words = { ...live()?.dataset };

export function announce(text, action, quietly) {
  const region = live();
  if (!region || !text) return;
  const toast = document.createElement("div");
  toast.className = quietly ? "vh" : "toast";
  toast.append(text);
  if (action) toast.append(actionButton(action, toast));
  region.replaceChildren(toast);
  setTimeout(() => toast.remove(), action ? 20000 : 6000);
}

function actionButton({ label, run }, toast) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    toast.remove();
    run();
  });
  return button;
}

// What was said at the foot of the window goes away without asking the server for the page anew.
addEventListener("click", (event) => {
  const shut = event.target.closest?.("[data-shut]");
  if (!shut) return;
  event.preventDefault();
  document.getElementById(shut.dataset.shut)?.remove();
});

export function announceWithin(part) {
  for (const note of part.querySelectorAll?.("[data-announce]") ?? []) {
    announce(note.dataset.announce || note.textContent.trim(), undefined, note.matches(".vh, .count"));
    note.removeAttribute("data-announce");
  }
}
