declare module "known" {
  import type { JsonObject } from "./json.ts";
  import type { Shape } from "./shapes.ts";

  /** Printed by known.py from the gateway's own tables. */
  const known: {
    checks: string[];
    contexts: Record<string, JsonObject>;
    doses: [key: string, doses: number][];
    manufacturers: string[];
    prophylaxis: string[];
    sandbox: { issuer: string; didPath: string };
    shapes: Record<"cowin-v1" | "cowin-v2" | "vc2" | "list" | "delta", Shape>;
    vaccineCodes: [key: string, code: string][];
  };
  export default known;
}
