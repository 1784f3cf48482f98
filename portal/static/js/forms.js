// Small comforts of forms: no double sending, the error summary in focus, tidy codes, names of chosen files.
export function focusSummary(part = document) {
  part.querySelector?.("[data-summary]")?.focus();
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "";
  setTimeout(() => {
    for (const button of sendButtons(form)) button.setAttribute("aria-disabled", "true");
  });
  setTimeout(() => release(form), 8000);
});

const sendButtons = (form) => [...form.elements].filter((element) => element.type === "submit");

function release(form) {
  delete form.dataset.sending;
  for (const button of sendButtons(form)) button.removeAttribute("aria-disabled");
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) release(form);
});

addEventListener("input", (event) => {
  if (event.target.matches?.("[data-code]")) tidyCode(event.target);
});

// All digits of what is pasted, however much stands around them.
addEventListener("paste", (event) => {
  if (!event.target.matches?.("[data-code]")) return;
  event.preventDefault();
  event.target.value = event.clipboardData.getData("text");
  tidyCode(event.target);
});

// A code that was wrong is typed over.
addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-code][aria-invalid]")) event.target.select();
});

function tidyCode(field) {
  const digits = field.value.replace(/\D/g, "").slice(0, 6);
  if (field.value !== digits) field.value = digits;
  if (digits.length === 6 && digits !== field.dataset.sent) {
    field.dataset.sent = digits;
    field.form?.requestSubmit();
  }
}

addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-file]");
  if (!box) return;
  const names =
    box.querySelector(".file__names") ??
    box.appendChild(Object.assign(document.createElement("p"), { className: "file__names" }));
  names.textContent = [...event.target.files].map((file) => `${file.name} (${size(file.size)})`).join(", ");
});

function size(bytes) {
  const mega = bytes >= 1e6;
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: mega ? "megabyte" : "kilobyte",
    maximumFractionDigits: mega ? 1 : 0,
  });
  return format.format(mega ? bytes / 1e6 : Math.max(1, bytes / 1e3));
}

addEventListener("keydown", (event) => {
  const sends =
    event.key === "Enter" && (event.metaKey || event.ctrlKey) && event.target.matches?.("textarea, input, select");
  if (sends) event.target.form?.requestSubmit();
});
