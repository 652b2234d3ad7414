// The service worker of /verify: page, script and reader are there without a network. It never sees a certificate.
declare const WASM_ADDRESS: string;

const scope = self as unknown as ServiceWorkerGlobalScope;
const CACHE = "page";
const PAGE = "/verify";

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface ServiceWorkerGlobalScope {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: FetchEvent) => void): void;
}

scope.addEventListener("install", (event) => event.waitUntil(filled().then(() => scope.skipWaiting())));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (pathname === PAGE) event.respondWith(newest());
  else if (pathname.startsWith("/portal/")) event.respondWith(kept(event.request));
});

/** Keeps the page and whatever it names; what an older page named goes. */
async function filled(): Promise<void> {
  const page = await fetch(PAGE, { cache: "no-cache" });
  const named = (await page.clone().text()).match(/\/portal\/[\w.?=-]+/g) ?? [];
  const cache = await caches.open(CACHE);
  const wanted = [...new Set([...named, WASM_ADDRESS])];
  await cache.addAll(wanted);
  await cache.put(PAGE, page);
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (pathname !== PAGE && !wanted.includes(pathname + search)) await cache.delete(request);
  }
}

/** The page as it is now, and with it what it names; without a network the one that is kept. */
async function newest(): Promise<Response> {
  try {
    const answer = await fetch(PAGE, { cache: "no-cache" });
    const before = await caches.match(PAGE);
    if (answer.ok && (await answer.clone().text()) !== (await before?.text())) await filled();
    return answer;
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
