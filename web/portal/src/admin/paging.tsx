// Around the rows of pages: that they are coming, why they are not, and more of them.
import type { ComponentChildren } from "preact";
import { Problem } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import type { Pages } from "./asking.ts";

interface Props<T> {
  pages: Pages<T>;
  children: (nodes: T[]) => ComponentChildren;
}

export function Paged<T>({ pages, children }: Props<T>) {
  const text = useMessages();
  const { nodes, more, acting } = pages;
  return (
    <>
      <Problem fault={acting.fault ?? more?.fault} />
      {!nodes && acting.busy && <p role="status">{text("busy")}</p>}
      {nodes && children(nodes)}
      {more && (
        <button onClick={more.act} disabled={more.busy}>
          {text("certificates.more")}
        </button>
      )}
    </>
  );
}
