// Doors without a network: what was kept of a door's page answers where the network does not, or not in time.
"use strict";
const KEPT = "door-1";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith((async () => {
    const kept = await (await caches.open(KEPT)).match(request, { ignoreVary: true });
    if (!kept) return fetch(request);
    const late = new Promise((resolve) => setTimeout(resolve, 3000, kept));
    return Promise.race([fetch(request).then((answer) => (answer.status < 500 ? answer : kept), () => kept), late]);
  })());
});
