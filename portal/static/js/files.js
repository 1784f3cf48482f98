// Pictures that are too heavy are told at their field, before anything leaves: the server could only refuse them whole.
const MOST = 10_000_000;
const boxes = (form) => [...form.querySelectorAll("[data-file]")];

addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-file]");
  if (box) check(box);
});

addEventListener(
  "submit",
  (event) => {
    const heavy = boxes(event.target).find((box) => !check(box));
    if (!heavy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    heavy.querySelector("input").focus();
  },
  true,
);

function check(box) {
  const input = box.querySelector("input");
  const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const fits = bytes <= MOST;
  const id = `${input.id}-heavy`;
  document.getElementById(id)?.remove();
  const told = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
  if (fits) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
  if (!fits) {
    const words = input.files.length === 1 ? box.dataset.heavy : box.dataset.heavyAll;
    const said = words
      .replace("%(name)s", input.files[0].name)
      .replace("%(size)s", mega(bytes))
      .replace("%(most)s", mega(MOST));
    box.before(
      Object.assign(document.createElement("p"), { id, className: "error", role: "alert", textContent: said }),
    );
    told.push(id);
  }
  input.setAttribute("aria-describedby", told.join(" "));
  if (!told.length) input.removeAttribute("aria-describedby");
  return fits;
}

const mega = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  }).format(bytes / 1e6);
