// What was just done can be undone for some seconds; then the offer goes, and at the desk the notice with it, unless it is read.
for (const offer of document.querySelectorAll("[data-undo]")) {
  const notice = offer.closest(".flash");
  const desk = offer.closest("#desk");
  const isRead = () => notice.matches(":hover") || notice.contains(document.activeElement);
  const end = () => {
    if (isRead()) return;
    if (desk) desk.remove();
    else offer.remove();
  };
  setTimeout(() => {
    end();
    for (const leaving of ["mouseleave", "focusout"]) notice.addEventListener(leaving, () => setTimeout(end));
  }, offer.dataset.undo * 1000);
}
