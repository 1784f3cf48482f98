// Without a connection: say so while it lasts, keep forms from leaving into nowhere, and have a page ready for it.
import { announce, words } from "./live.js";
import { keep, recall } from "./storage.js";

const banner = document.getElementById("away");

function tell() {
  if (!banner) return;
  const before = banner.hidden;
  banner.hidden = navigator.onLine;
  if (!before && banner.hidden) announce(banner.dataset.online);
  if (before && !banner.hidden) announce(banner.textContent.trim(), undefined, true);
}

addEventListener("online", tell);
addEventListener("offline", tell);
addEventListener("pageshow", tell);

// Capturing, so that neither htmx nor the form's own guard takes it for sent.
addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(event.target.matches("form[data-vote]") ? words.unvoted : words.offline);
  },
  true,
);

// From the second page on: the first one stays as light as it can be.
addEventListener("load", () => {
  if (!navigator.serviceWorker || !window.isSecureContext) return;
  if (recall("been")) navigator.serviceWorker.register(`/sw.js?lang=${document.documentElement.lang}`).catch(() => {});
  else keep("been", "1");
});
