// Verifies one JSON line after another, each `{bytes (base64) or text, kept, now, policy}`, with the module that is named
// as argument: the file that pages import.
import { createInterface } from "node:readline";

const { verify } = await import(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { bytes, text, kept, now, policy } = JSON.parse(line);
  const input = bytes === null ? text : new Uint8Array(Buffer.from(bytes, "base64"));
  const answer = await verify(input, kept, new Date(now), policy).catch((fault) => ({ crashed: String(fault.stack) }));
  console.log(JSON.stringify(answer));
}
