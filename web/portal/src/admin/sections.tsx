// The sections, and to whom each is shown.
import type { ComponentType } from "preact";
import { useMessages } from "../shared/language.tsx";
import { Audit } from "./audit.tsx";
import { Clients } from "./clients.tsx";
import { CorrectionQueue } from "./corrections.tsx";
import { GivenUp } from "./givenUp.tsx";
import { Imports } from "./imports.tsx";
import { Issue } from "./issue.tsx";
import { Keys } from "./keys.tsx";
import { Reach } from "./reach.tsx";
import { SearchSection } from "./search.tsx";
import { type Scope, type Session, useSession } from "./session.ts";
import { Templates } from "./templates.tsx";

export interface Section {
  id:
    | "search"
    | "issue"
    | "reach"
    | "corrections"
    | "imports"
    | "clients"
    | "keys"
    | "templates"
    | "audit"
    | "givenUp";
  View: ComponentType;
  /** One of these is needed; none: it is for everybody. */
  scopes: Scope[] | null;
}

const SECTIONS: Section[] = [
  { id: "search", View: SearchSection, scopes: ["UPDATE", "REVOKE", "ISSUE"] },
  { id: "issue", View: Issue, scopes: ["ISSUE"] },
  { id: "reach", View: Reach, scopes: ["REVOKE"] },
  { id: "corrections", View: CorrectionQueue, scopes: ["ADMIN"] },
  { id: "imports", View: Imports, scopes: ["ISSUE", "RECONCILE"] },
  { id: "clients", View: Clients, scopes: ["ADMIN"] },
  { id: "keys", View: Keys, scopes: null },
  { id: "templates", View: Templates, scopes: ["ADMIN"] },
  { id: "audit", View: Audit, scopes: ["ADMIN"] },
  { id: "givenUp", View: GivenUp, scopes: ["ADMIN"] },
];

export function sectionsOf(session: Session): Section[] {
  return SECTIONS.filter(({ scopes }) => scopes === null || session.may(...scopes));
}

export function Navigation({ chosen }: { chosen: Section | undefined }) {
  const text = useMessages();
  return (
    <nav class="sections" aria-label={text("admin.sections")}>
      {sectionsOf(useSession()).map(({ id }) => (
        <a href={`#${id}`} aria-current={id === chosen?.id ? "page" : undefined}>
          {text(`admin.section.${id}`)}
        </a>
      ))}
    </nav>
  );
}
