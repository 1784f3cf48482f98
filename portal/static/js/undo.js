// What was just done can be undone for some seconds; then the offer goes, and at the desk the notice with it, unless it is read.
addEventListener("htmx:after:swap", offer);
offer();

function offer() {
  // A notice that came with a part of the page takes the place of the one before.
  for (const older of [...document.querySelectorAll("#desk")].slice(0, -1)) older.remove();
  for (const form of document.querySelectorAll("[data-undo]:not([data-ends])")) {
    form.dataset.ends = "";
    ends(form);
  }
}

function ends(form) {
  const notice = form.closest(".flash");
  const desk = form.closest("#desk");
  const isRead = () => notice.matches(":hover") || notice.contains(document.activeElement);
  const end = () => {
    if (isRead()) return;
    if (desk) desk.remove();
    else form.remove();
  };
  setTimeout(() => {
    end();
    for (const leaving of ["mouseleave", "focusout"]) notice.addEventListener(leaving, () => setTimeout(end));
  }, form.dataset.undo * 1000);
}
