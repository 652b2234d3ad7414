// Verifies, one JSON line after another: {input: base64 or null, text, kept, now, policy}. The first argument is the module.
import { createInterface } from "node:readline";

const { verify } = await import(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { bytes, text, kept, now, policy } = JSON.parse(line);
  const input = bytes === null ? text : new Uint8Array(Buffer.from(bytes, "base64"));
  try {
    console.log(JSON.stringify(await verify(input, kept, new Date(now), policy)));
  } catch (fault) {
    console.log(JSON.stringify({ crashed: String(fault.stack) }));
  }
}
