// Runs before the first paint: no page flashes in the wrong theme, and a title travels with the page that it opens.
(() => {
  const root = document.documentElement;
  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* private window: this page only */
    }
  };
  const CHOICES = ["theme", "motion", "keys"];
  const visit = performance.getEntriesByType("navigation")[0];
  root.dataset.js = "";
  // From the browser's memory or fetched ahead: what was chosen or voted since is not in it.
  if (visit?.type === "back_forward" || visit?.deliveryType === "navigational-prefetch") root.dataset.old = "";

  // A page just read knows a member's choices best, except those that their account heard of only after it was asked for.
  function settle() {
    const asked =
      root.dataset.who &&
      !("old" in root.dataset) &&
      !recall("unsaved") &&
      performance.timeOrigin > Number(recall("saved"));
    for (const name of CHOICES) {
      const mine = recall(name);
      if (asked && root.dataset[name]) keep(name, root.dataset[name]);
      else if (mine) root.dataset[name] = mine;
    }
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const theme = meta.dataset.theme;
      meta.media =
        root.dataset.theme === theme
          ? "all"
          : ["light", "dark"].includes(root.dataset.theme)
            ? "not all"
            : `(prefers-color-scheme: ${theme})`;
    }
  }
  settle();

  // Two zones whose clocks agree in winter and in summer are one to whoever lives there.
  function elsewhere() {
    const clock = (timeZone) =>
      [0, 6].map((month) => new Date(Date.UTC(2026, month, 1)).toLocaleString("en", { timeZone })).join();
    const { zone, zoneKept } = root.dataset;
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // A browser that hides where it is says UTC.
    if (!zone || !here?.includes("/") || here.startsWith("Etc/") || here === zoneKept) return;
    try {
      if (clock(here) !== clock(zone)) root.dataset.elsewhere = here;
    } catch {
      /* a zone that this browser does not know */
    }
  }
  elsewhere();
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      root.dataset.old = "";
      settle();
    }
  });
  addEventListener("storage", (event) => {
    if (CHOICES.includes(event.key) && event.newValue) {
      root.dataset[event.key] = event.newValue;
      settle();
    }
  });
  addEventListener("choice", settle);

  const still = () => root.dataset.motion === "less" || matchMedia("(prefers-reduced-motion: reduce)").matches;
  const seen = (part) => {
    const { top, bottom } = part?.getBoundingClientRect() ?? {};
    return top < innerHeight && bottom > 0 ? part : null;
  };
  const title = (url) =>
    seen(
      [...document.querySelectorAll("main :is(h2, h3) > a")].find((link) => link.pathname === new URL(url).pathname)
        ?.parentElement,
    ) ?? seen(document.querySelector("main[data-title] h1, main .ihead h1"));

  async function travel(transition, url) {
    if (!transition || !url) return;
    const part = still() ? transition.skipTransition() : title(url);
    if (!part) return;
    part.style.viewTransitionName = "title";
    await transition.finished.catch(() => {});
    part.style.viewTransitionName = "";
  }
  addEventListener("pageswap", (event) => travel(event.viewTransition, event.activation?.entry?.url));
  addEventListener("pagereveal", (event) => travel(event.viewTransition, window.navigation?.activation?.from?.url));
})();
