// Asks the gateway, as any client would: POST /graphql, and server-sent events for subscriptions.

export interface UserError {
  code: string;
  message: string;
  path: string[];
}

/** Why there is no answer. `code` is the gateway's, or NETWORK where it was not reached. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly request = "",
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: string; requestId?: string } }[];
}

type Variables = Record<string, unknown>;

/** Returns the data. Throws Fault. */
export async function ask<T>(query: string, variables: Variables = {}, token?: string): Promise<T> {
  const response = await sent(query, variables, "application/graphql-response+json, application/json", token);
  return dataOf<T>(await bodyOf<T>(response), response);
}

/** Calls `next` with each event of a subscription until it ends or `signal` aborts. Throws Fault. */
export async function follow<T>(
  query: string,
  variables: Variables,
  next: (data: T) => void,
  { token, signal }: { token?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const response = await sent(query, variables, "text/event-stream", token, signal);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    dataOf(await bodyOf<T>(response), response);
    return;
  }
  for await (const { event, data } of events(response)) {
    if (event === "complete") return;
    if (event === "next") next(dataOf<T>(JSON.parse(data) as Answer<T>, response));
  }
}

/** Throws Fault for the first of a mutation's errors, its code as `LIMIT_REACHED/mobile`. */
export function refuse([error]: UserError[]): void {
  if (error) throw new Fault(`${error.code}/${error.path[0] ?? ""}`, error.message);
}

/** A new idempotency key: one act, however often it is sent. */
export function newKey(): string {
  return crypto.randomUUID();
}

async function sent(query: string, variables: Variables, accept: string, token?: string, signal?: AbortSignal) {
  const headers: Record<string, string> = { "Content-Type": "application/json", Accept: accept };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const body = JSON.stringify({ query, variables });
  try {
    return await fetch("/graphql", { method: "POST", headers, body, credentials: "omit", signal: signal ?? null });
  } catch {
    throw new Fault("NETWORK", "The gateway was not reached.");
  }
}

async function bodyOf<T>(response: Response): Promise<Answer<T>> {
  try {
    return (await response.json()) as Answer<T>;
  } catch {
    throw new Fault("NETWORK", "The answer was cut off.");
  }
}

function dataOf<T>(answer: Answer<T>, response: Response): T {
  const [error] = answer.errors ?? [];
  if (error || !answer.data) {
    const { code = "INTERNAL", requestId = response.headers.get("x-request-id") ?? "" } = error?.extensions ?? {};
    throw new Fault(code, error?.message ?? "", requestId, Number(response.headers.get("retry-after") ?? 0));
  }
  return answer.data;
}

async function* events(response: Response): AsyncGenerator<{ event: string; data: string }> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trim())
          .join("\n");
      yield { event: field("event"), data: field("data") };
    }
  }
}
