// The pages' verifier in Node: answers one JSON line after another with the module that is named as argument, the file
// that pages import. `{verify: {bytes (base64) or text, kept, now, policy}}` or `{keep: {before, numbers}}`; what keeping wants to
// fetch is a line `{fetch: [address, body]}`, answered by a line `{status, text}`. `old` behind it: without Ed25519.
import { createInterface } from "node:readline";

const [, , module, browser] = process.argv;
if (browser === "old") withoutEd25519();
const { keep, verify } = await import(module);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function withoutEd25519() {
  const real = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = async function (format, key, algorithm, ...more) {
    if (algorithm.name === "Ed25519") throw new DOMException("Unrecognized name.", "NotSupportedError");
    return real.call(this, format, key, algorithm, ...more);
  };
}

function say(answer) {
  console.log(JSON.stringify(answer));
}

async function fetched(address, { body } = {}) {
  say({ fetch: [address, body ?? null] });
  const { status, text } = JSON.parse((await lines.next()).value);
  return new Response(text, { status });
}

async function answered(request) {
  if (request.keep) return keep(fetched, request.keep.before ?? undefined, request.keep.numbers);
  const { bytes, text, kept, now, policy } = request.verify;
  const input = bytes === null ? text : new Uint8Array(Buffer.from(bytes, "base64"));
  return verify(input, kept, new Date(now), policy);
}

for (let line = await lines.next(); !line.done; line = await lines.next()) {
  say(await answered(JSON.parse(line.value)).catch((fault) => ({ crashed: String(fault.stack) })));
}
