// A holder's own page. The token lives as long as the page does, and is kept nowhere.
import { useCallback, useEffect, useState } from "preact/hooks";
import { Frame, mount, Problem } from "../shared/frame.tsx";
import { ask, Fault } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { CertificateCard } from "./certificate.tsx";
import { Corrections } from "./correction.tsx";
import { Entering, People } from "./entering.tsx";
import { History } from "./history.tsx";
import { Notices } from "./notices.tsx";
import { OWN, type Own, type Person } from "./queries.ts";

function Certificates() {
  const text = useMessages();
  const [people, setPeople] = useState<Person[]>([]);
  const [person, setPerson] = useState<Person | null>(null);
  const [ended, setEnded] = useState(false);
  const leave = useCallback((expired: boolean) => {
    setPeople([]);
    setPerson(null);
    setEnded(expired);
  }, []);
  const enter = (found: Person[]): void => {
    setPeople(found);
    setPerson(found.length === 1 ? (found[0] ?? null) : null);
    setEnded(false);
  };
  return (
    <Frame title="certificates.title">
      {ended && <p class="problem">{text("certificates.ended")}</p>}
      {people.length === 0 && <Entering onPeople={enter} />}
      {people.length > 0 && !person && <People people={people} onPerson={setPerson} />}
      {person && (
        <>
          <p class="row">
            {people.length > 1 && <button onClick={() => setPerson(null)}>{text("certificates.others")}</button>}
            <button onClick={() => leave(false)}>{text("certificates.leave")}</button>
          </p>
          <Home key={person.token} person={person} onEnd={() => leave(true)} />
        </>
      )}
    </Frame>
  );
}

function Home({ person, onEnd }: { person: Person; onEnd: () => void }) {
  const text = useMessages();
  const [own, setOwn] = useState<Own | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const read = useCallback(() => {
    ask<Own>(OWN, {}, person.token).then(setOwn, (error: unknown) =>
      error instanceof Fault && error.code === "UNAUTHENTICATED" ? onEnd() : setFault(error),
    );
  }, [person.token]);
  useEffect(read, [read]);
  useEffect(() => {
    const timer = setTimeout(onEnd, Math.max(0, Date.parse(person.expiresAt) - Date.now()));
    return () => clearTimeout(timer);
  }, [person.expiresAt]);
  if (fault) return <Problem fault={fault} />;
  if (!own) return <p role="status">{text("busy")}</p>;
  const found = own.viewer?.beneficiary;
  const certificates = found?.certificates.nodes ?? [];
  return (
    <>
      {certificates.length === 0 && <p>{text("certificates.none")}</p>}
      {certificates.map((one) => (
        <CertificateCard key={one.id} certificate={one} token={person.token} onChanged={read} />
      ))}
      <Corrections corrections={found?.correctionRequests ?? []} />
      <History token={person.token} />
      <Notices token={person.token} />
    </>
  );
}

mount(Certificates);
