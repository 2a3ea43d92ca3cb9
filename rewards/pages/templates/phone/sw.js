/* Shows our own pages when the network is gone. Keeps them and their sheet, and nothing else. */
"use strict";
const KEPT = "phone-{{ version }}";
const PAGE = {{ page|tojson }};
/* What is shown where a form was sent, by the start of its address: the first that fits. */
const ANSWERS = {{ answers|tojson }};
const SHEET = {{ sheet|tojson }};
const OTHERS = /^\/(console|screen|streams|api)(\/|$)/;

self.addEventListener("install", (event) => {
  const pages = [PAGE, ...ANSWERS.map((answer) => answer[1])];
  const ask = (page) => new Request(page, { headers: { {{ keeping|tojson }}: "1" } });
  const wanted = [...pages.map(ask), SHEET];
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("phone-") && name !== KEPT;
  event.waitUntil((async () => {
    for (const name of (await caches.keys()).filter(old)) await caches.delete(name);
    /* The page is asked for while this worker wakes up: a slow phone waits no longer than before. */
    if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin || OTHERS.test(address.pathname)) return;
  if (event.request.mode === "navigate") {
    const sent = ANSWERS.find(([start]) => address.pathname.startsWith(start));
    const page = event.request.method === "POST" ? sent[1] : PAGE;
    event.respondWith((async () => {
      try {
        const early = await event.preloadResponse;
        /* Where there is no network, Firefox brings an answer that is none. */
        return early && early.type !== "error" ? early : await fetch(event.request);
      } catch (error) {
        return (await caches.match(page)) || Response.error();
      }
    })());
  } else if (address.pathname + address.search === SHEET) {
    event.respondWith(fetch(event.request).catch(() => caches.match(SHEET)));
  }
});
