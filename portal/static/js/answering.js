// The form of an answer: a no goes with the status that says no, as long as nobody chose another.
addEventListener("change", ({ target }) => {
  const status = target.form?.querySelector(`[data-follows="${target.id}"]`);
  if (!status) return;
  const moves = target.selectedOptions[0]?.dataset.moves ?? "";
  if (status.value === (status.dataset.followed ?? "")) status.value = status.dataset.followed = moves;
});
