// Where this browser is: told to the forms that ask, and named in the line that offers its time.
const whereabouts = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

export function sayWhere() {
  for (const time of document.querySelectorAll("time[data-clock]"))
    time.textContent = new Date(time.dateTime).toLocaleTimeString(
      document.documentElement.lang === "fr" ? "fr" : "en-GB",
      { hour: "2-digit", minute: "2-digit" },
    );
  for (const field of document.querySelectorAll("[data-zone-of-browser]")) field.value = whereabouts;
  for (const city of document.querySelectorAll("[data-zone-city]"))
    city.textContent = whereabouts.split("/").pop().replaceAll("_", " ");
}
