// What a section reads: once, or page by page.
import { useCallback, useEffect, useState } from "preact/hooks";
import { type Acting, useAct } from "../shared/acting.ts";
import { useSession } from "./session.ts";

export interface Page<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export const PAGE_INFO = "pageInfo { hasNextPage endCursor }";

export interface Asked<T> {
  data: T | null;
  fault: unknown;
  again: () => void;
}

/** Reads when it is shown, again when a variable changes, and when asked to. */
export function useAsked<T>(query: string, variables: Record<string, unknown> = {}): Asked<T> {
  const session = useSession();
  const [data, setData] = useState<T | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const again = useCallback(() => {
    setFault(null);
    session.ask<T>(query, variables).then(setData, setFault);
  }, [session, query, JSON.stringify(variables)]);
  useEffect(again, [again]);
  return { data, fault, again };
}

export interface Pages<T> {
  nodes: T[] | null;
  /** Null where there are no more. */
  more: Acting | null;
  acting: Acting;
  again: () => void;
}

/** Reads the first page when it is shown, and when asked to; each further one by `more`. */
export function usePages<T>(query: string, variables: Record<string, unknown> = {}): Pages<T> {
  const session = useSession();
  const [nodes, setNodes] = useState<T[] | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const read = async (from: string | null): Promise<void> => {
    const page = pageIn<T>(await session.ask<object>(query, { ...variables, after: from }));
    setNodes((before) => [...(from ? (before ?? []) : []), ...page.nodes]);
    setAfter(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
  };
  const acting = useAct(() => read(null));
  const more = useAct(() => read(after));
  useEffect(acting.act, [query, JSON.stringify(variables)]);
  return { nodes, more: after ? more : null, acting, again: acting.act };
}

/** The one page of an answer, however deep. */
function pageIn<T>(data: object): Page<T> {
  if ("nodes" in data) return data as Page<T>;
  const inner = Object.values(data)[0] as object | null;
  return inner ? pageIn(inner) : { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
}
