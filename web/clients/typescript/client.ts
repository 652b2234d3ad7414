// Typed client of Pramaan's GraphQL API: operations.ts says what can be asked, this file asks.
import type { TypedDocumentString } from "./operations.ts";

export * from "./operations.ts";

export interface Problem {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; requestId?: string };
}

interface Answer<Data> {
  data?: Data | null;
  errors?: Problem[];
}

/** The gateway gave no data; `problems` say why. What the caller can mend is in the data's `userErrors`. */
export class NoAnswer extends Error {
  readonly status: number;
  readonly problems: Problem[];

  constructor(status: number, problems: Problem[]) {
    super(problems.map((problem) => problem.message).join("; ") || `HTTP ${status}`);
    this.status = status;
    this.problems = problems;
  }
}

/** A gateway such as https://example.org, asked with one credential: a client key, a token, or none. */
export class Client {
  readonly #url: string;
  readonly #credential: Record<string, string>;

  constructor(url: string, key?: string) {
    this.#url = url;
    this.#credential = key ? { authorization: `Bearer ${key}` } : {};
  }

  /** Returns the data of a query or mutation. Throws NoAnswer. */
  async ask<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await this.#post(document, variables, "application/graphql-response+json");
    const answer = (await response.json().catch(() => ({}))) as Answer<Data>;
    return dataOf(answer, response.status);
  }

  /** Yields the data of each event of a subscription until it ends. Throws NoAnswer. */
  async *follow<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data, void> {
    const response = await this.#post(document, variables, "text/event-stream");
    for await (const data of events(response)) {
      yield dataOf(JSON.parse(data) as Answer<Data>, response.status);
    }
  }

  /** Returns the bytes behind a document's `url`. Throws NoAnswer. */
  async download(path: string): Promise<ArrayBuffer> {
    const response = await fetch(new URL(path, this.#url), { headers: this.#credential });
    if (!response.ok) {
      throw new NoAnswer(response.status, []);
    }
    return response.arrayBuffer();
  }

  #post(document: { toString(): string }, variables: unknown, accept: string): Promise<Response> {
    return fetch(new URL("/graphql", this.#url), {
      method: "POST",
      headers: { ...this.#credential, accept, "content-type": "application/json" },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
  }
}

function dataOf<Data>({ data, errors }: Answer<Data>, status: number): Data {
  if (errors?.length || !data) {
    throw new NoAnswer(status, errors ?? []);
  }
  return data;
}

// The data of the `next` events; comments in between are signs of life.
async function* events(response: Response): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^event: next\ndata: (.*)$/m.exec(block)?.[1];
      if (data) {
        yield data;
      }
    }
  }
}
