// Answers one question only: what to show when a page cannot come. Pages of people are never kept, and everything else
// goes to the network as if this were not here. KEPT is written above by the server.
const CACHE = `offline-${KEPT.version}`;

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(visit(event));
  else if (request.method === "GET" && KEPT.files.includes(path(request.url))) event.respondWith(file(request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  // Without cookies: the page is nobody's.
  await cache.addAll([...KEPT.pages, ...KEPT.files].map((url) => new Request(url, { credentials: "omit" })));
  await self.skipWaiting();
}

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("offline-") && name !== CACHE) await caches.delete(name);
  // The request leaves while this worker wakes up, so that it costs no time.
  await self.registration.navigationPreload?.enable();
}

async function visit({ request, preloadResponse }) {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch {
    const page = KEPT.pages[request.method === "GET" ? 0 : 1];
    return (await caches.match(page)) ?? Response.error();
  }
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

function path(url) {
  const { origin, pathname, search } = new URL(url);
  return origin === self.location.origin ? pathname + search : "";
}
