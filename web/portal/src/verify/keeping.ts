// What is taken along to verify without a network, in the browser's cache: it holds nothing about anybody.
import { keep, type Kept } from "../credential/index.ts";

const CACHE = "kept";
const PLACE = "/verify/kept.json";

/** Returns what was kept before; undefined where there is nothing, or the browser keeps nothing. */
export async function keptBefore(): Promise<Kept | undefined> {
  try {
    const found = await (await caches.open(CACHE)).match(PLACE);
    return found ? ((await found.json()) as Kept) : undefined;
  } catch {
    return undefined;
  }
}

/** Fetches what is new, with further status lists by their numbers, and keeps it. Rejects as `keep` does. */
export async function renewed(numbers: number[]): Promise<Kept> {
  const kept = await keep(fetch.bind(globalThis), await keptBefore(), numbers);
  try {
    await (await caches.open(CACHE)).put(PLACE, new Response(JSON.stringify(kept)));
  } catch {
    return kept;
  }
  return kept;
}
