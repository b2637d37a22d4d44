/* Keeps the page of a return, so that it opens without a network. What is entered lies elsewhere,
   in the page's own store (device.js). */
"use strict";

const KEPT = "lifecircle-surveys";
const PAGE = /^\/surveys\/returns\/\d+\/device\/$/;
const PATIENCE_MS = 6000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const timely = (request) =>
  new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error("late")), PATIENCE_MS);
    fetch(request).then(found, failed).finally(() => clearTimeout(late));
  });

async function fresh(request) {
  const path = new URL(request.url).pathname;
  const kept = await caches.open(KEPT);
  try {
    const answer = await timely(request);
    if (answer.ok && !answer.redirected && answer.type === "basic") await kept.put(path, answer.clone());
    return answer;
  } catch (error) {
    const old = await kept.match(path);
    if (old) return old;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && event.request.method === "GET";
  if (ours && (PAGE.test(url.pathname) || url.pathname.startsWith("/static/"))) {
    event.respondWith(fresh(event.request));
  }
});
