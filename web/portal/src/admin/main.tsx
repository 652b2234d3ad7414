// Administration: a way in, then the sections that the scopes allow.
import { useCallback, useState } from "preact/hooks";
import { Frame, mount } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import { CertificateView } from "./certificate.tsx";
import { forgetSearch } from "./found.ts";
import { Login } from "./login.tsx";
import { usePlace } from "./place.ts";
import { ReportSheet } from "./report.tsx";
import { Navigation, type Section, sectionsOf } from "./sections.tsx";
import { enter, Entered, type Session, useSession } from "./session.ts";
import "./admin.css";

// Under which section the address of one thing stands.
const ABOVE: Record<string, string> = { certificate: "search", report: "imports" };

function Admin() {
  const text = useMessages();
  const [session, setSession] = useState<Session | null>(null);
  const [ended, setEnded] = useState(false);
  const leave = useCallback((expired: boolean) => {
    forgetSearch();
    setSession(null);
    setEnded(expired);
  }, []);
  const onToken = async (token: string): Promise<void> => {
    setSession(await enter(token, () => leave(true)));
    setEnded(false);
  };
  return (
    <Frame title="admin.title" wide>
      {ended && <p class="problem">{text("admin.login.ended")}</p>}
      {session ? (
        <Entered.Provider value={session}>
          <Console onLeave={() => leave(false)} />
        </Entered.Provider>
      ) : (
        <Login onToken={onToken} />
      )}
    </Frame>
  );
}

function Console({ onLeave }: { onLeave: () => void }) {
  const text = useMessages();
  const session = useSession();
  const [name, id] = usePlace();
  const sections = sectionsOf(session);
  const chosen = sections.find((one) => one.id === (name && (ABOVE[name] ?? name))) ?? sections[0];
  return (
    <>
      <p class="row">
        <span class="quiet">
          {session.viewer.name || session.viewer.id} · {session.viewer.scopes.join(", ").toLowerCase()}
        </span>
        <button onClick={onLeave}>{text("certificates.leave")}</button>
      </p>
      <Navigation chosen={chosen} />
      <Shown key={id} name={name} id={id} section={chosen} />
    </>
  );
}

interface ShownProps {
  name: string | undefined;
  id: string | undefined;
  section: Section | undefined;
}

function Shown({ name, id, section }: ShownProps) {
  if (name === "certificate" && id) return <CertificateView id={id} />;
  if (name === "report" && id) return <ReportSheet id={id} />;
  return section ? <section.View /> : null;
}

mount(Admin);
