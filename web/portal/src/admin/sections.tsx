// The sections, to whom each is shown, and which one the address names: `#audit`, `#certificate/ID`.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMessages } from "../shared/language.tsx";
import { Audit } from "./audit.tsx";
import { Keys } from "./keys.tsx";
import { SearchSection } from "./search.tsx";
import { type Scope, type Session, useSession } from "./session.ts";

export interface Section {
  id: "search" | "keys" | "audit";
  View: ComponentType;
  /** One of these is needed; none: it is for everybody. */
  scopes: Scope[] | null;
}

const SECTIONS: Section[] = [
  { id: "search", View: SearchSection, scopes: ["UPDATE", "REVOKE", "ISSUE"] },
  { id: "keys", View: Keys, scopes: null },
  { id: "audit", View: Audit, scopes: ["ADMIN"] },
];

export function sectionsOf(session: Session): Section[] {
  return SECTIONS.filter(({ scopes }) => scopes === null || session.may(...scopes));
}

/** The address behind `#`, in parts. */
export function usePlace(): string[] {
  const [place, setPlace] = useState(placeOf);
  useEffect(() => {
    const read = () => setPlace(placeOf());
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return place;
}

function placeOf(): string[] {
  return location.hash.slice(1).split("/").map(decodeURIComponent);
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
