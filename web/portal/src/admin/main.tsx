// Administration: a way in, then the sections that the scopes allow.
import { useCallback, useState } from "preact/hooks";
import { Frame, mount } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import { CertificateView } from "./certificate.tsx";
import { forgetSearch } from "./found.ts";
import { Login } from "./login.tsx";
import { Navigation, sectionsOf, usePlace } from "./sections.tsx";
import { enter, Entered, type Session, useSession } from "./session.ts";
import "./admin.css";

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
  const chosen = sections.find((one) => one.id === (name === "certificate" ? "search" : name)) ?? sections[0];
  const View = chosen?.View;
  return (
    <>
      <p class="row">
        <span class="quiet">
          {session.viewer.name || session.viewer.id} · {session.viewer.scopes.join(", ").toLowerCase()}
        </span>
        <button onClick={onLeave}>{text("certificates.leave")}</button>
      </p>
      <Navigation chosen={chosen} />
      {name === "certificate" && id ? <CertificateView key={id} id={id} /> : View && <View />}
    </>
  );
}

mount(Admin);
