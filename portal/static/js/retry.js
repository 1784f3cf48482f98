// On the page for offline moments: come back by itself, or to the form.
addEventListener("online", () => {
  if (!document.querySelector("[data-back]") && location.pathname !== "/offline") location.reload();
});
addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) history.back();
});
