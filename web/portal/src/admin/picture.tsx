// A document as a picture: asked for until a worker has made it.
import { useEffect, useState } from "preact/hooks";
import { Problem } from "../shared/frame.tsx";
import { Fault } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { type Session, useSession } from "./session.ts";

const LONGEST_MS = 60_000;

interface Made {
  state: "READY" | "PENDING" | "FAILED";
  base64: string | null;
  retryAfterMs: number | null;
}

interface Props {
  /** Gives a document, at any depth. */
  query: string;
  variables: Record<string, unknown>;
  name: string;
}

export function Picture({ query, variables, name }: Props) {
  const text = useMessages();
  const session = useSession();
  const [svg, setSvg] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => {
    made(session, query, variables).then(setSvg, setFault);
  }, [query]);
  if (fault) return <Problem fault={fault} />;
  if (!svg) return <p role="status">{text("busy")}</p>;
  return <img class="sample" alt={name} src={`data:image/svg+xml;base64,${svg}`} />;
}

async function made(session: Session, query: string, variables: Record<string, unknown>): Promise<string> {
  const until = Date.now() + LONGEST_MS;
  for (;;) {
    const found = innermost(await session.ask<object>(query, variables));
    if (found?.state === "READY" && found.base64) return found.base64;
    if (found?.state !== "PENDING" || Date.now() > until) throw new Fault("FAILED", "");
    await new Promise((resolve) => setTimeout(resolve, found.retryAfterMs ?? 1000));
  }
}

function innermost(data: object | null): Made | null {
  if (!data || "state" in data) return data as Made | null;
  return innermost(Object.values(data)[0] as object | null);
}
