// While an admin tries colours, the whole page wears them; what differs from what is saved brings up the bar that saves.
const wear = (form) => {
  const { hue, chroma } = form.elements;
  document.documentElement.style.setProperty("--brand-h", hue.value);
  document.documentElement.style.setProperty("--brand-c", chroma.value);
  form.querySelector("output[for=hue]").value = hue.value;
  form.querySelector("output[for=chroma]").value = Math.round((chroma.value / chroma.max) * 100);
};

addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-brand]");
  if (!form) return;
  form.dataset.changed = "";
  if (event.target.type === "range") wear(form);
});

addEventListener("click", (event) => {
  const swatch = event.target.closest?.("button[data-chroma]");
  if (!swatch) return;
  event.preventDefault();
  const { hue, chroma } = swatch.form.elements;
  [hue.value, chroma.value] = [swatch.dataset.hue, swatch.dataset.chroma];
  hue.dispatchEvent(new Event("input", { bubbles: true }));
  hue.dispatchEvent(new Event("change", { bubbles: true }));
});
