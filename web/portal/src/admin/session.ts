// Who has come in: the token, which lives as long as the page does, and what it allows.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ask, Fault, follow, type UserError } from "../shared/graphql.ts";

export const SCOPES = ["ISSUE", "UPDATE", "REVOKE", "RECONCILE", "JOBS", "FETCH", "STATS", "ADMIN"] as const;
export type Scope = (typeof SCOPES)[number];

interface Viewer {
  id: string;
  name: string;
  scopes: Scope[];
}

const VIEWER = `{ viewer { id name scopes } }`;

export class Session {
  constructor(
    readonly token: string,
    readonly viewer: Viewer,
    private readonly end: () => void,
  ) {}

  may(...scopes: Scope[]): boolean {
    return ["ADMIN" as const, ...scopes].some((scope) => this.viewer.scopes.includes(scope));
  }

  /** Returns the data. Ends the session where the token does not count any more. Throws Fault. */
  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    try {
      return await ask<T>(query, variables, this.token);
    } catch (fault) {
      if (fault instanceof Fault && fault.code === "UNAUTHENTICATED") this.end();
      throw fault;
    }
  }

  /** Does a mutation of one field; returns its payload. Throws Fault, also for the first user error. */
  async act<T>(query: string, input: Record<string, unknown>): Promise<T> {
    const [payload] = Object.values(await this.ask<Record<string, T & { userErrors: UserError[] }>>(query, { input }));
    const [error] = payload!.userErrors;
    if (error) throw new Fault(error.code, [error.path.join("."), error.message].filter(Boolean).join(": "));
    return payload!;
  }

  follow<T>(query: string, variables: Record<string, unknown>, next: (data: T) => void, signal: AbortSignal) {
    return follow<T>(query, variables, next, { token: this.token, signal });
  }
}

/** Returns the session of a key or token. Throws Fault where it does not count. */
export async function enter(token: string, end: () => void): Promise<Session> {
  const { viewer } = await ask<{ viewer: Viewer | null }>(VIEWER, {}, token);
  if (!viewer) throw new Fault("UNAUTHENTICATED", "");
  return new Session(token, viewer, end);
}

export const Entered = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Entered);
  if (!session) throw new Error("nobody has come in");
  return session;
}
