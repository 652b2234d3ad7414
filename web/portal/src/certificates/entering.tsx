// The way in: a mobile number, the code that is sent to it, and who of the people on it is meant.
import { useState } from "preact/hooks";
import { Problem } from "../shared/frame.tsx";
import { ask, Fault, type UserError } from "../shared/graphql.ts";
import { type Message, useMessages } from "../shared/language.tsx";
import { CODE, useAct } from "../shared/acting.ts";
import { CONFIRM_CODE, type CodeConfirmed, type CodeRequested, type Person, REQUEST_CODE } from "./queries.ts";

const PROBLEMS: Record<string, Message> = {
  "LIMIT_REACHED/mobile": "certificates.tooMany",
  "BAD_USER_INPUT/mobile": "certificates.noMobile",
  "BAD_USER_INPUT/code": "certificates.wrongCode",
};

/** Asks for number and code; gives the people on the number, which may be one. */
export function Entering({ onPeople }: { onPeople: (people: Person[]) => void }) {
  const [mobile, setMobile] = useState("");
  const [sent, setSent] = useState(false);
  return sent ? (
    <CodeStep mobile={mobile} onPeople={onPeople} onBack={() => setSent(false)} />
  ) : (
    <MobileStep mobile={mobile} onMobile={setMobile} onSent={() => setSent(true)} />
  );
}

interface MobileStepProps {
  mobile: string;
  onMobile: (mobile: string) => void;
  onSent: () => void;
}

function MobileStep({ mobile, onMobile, onSent }: MobileStepProps) {
  const text = useMessages();
  const { act, busy, fault } = useAct(async () => {
    const { requestOneTimeCode } = await ask<CodeRequested>(REQUEST_CODE, { mobile: mobile.trim() });
    refuse(requestOneTimeCode.userErrors);
    onSent();
  });
  return (
    <form class="sheet" onSubmit={act}>
      <p>{text("certificates.intro")}</p>
      <label class="field">
        <span>{text("certificates.mobile")}</span>
        <input
          type="tel"
          name="mobile"
          autocomplete="tel"
          inputMode="tel"
          required
          maxLength={20}
          value={mobile}
          onInput={(event) => onMobile(event.currentTarget.value)}
        />
      </label>
      <EntryProblem fault={fault} />
      <button class="main" disabled={busy}>
        {text("certificates.sendCode")}
      </button>
    </form>
  );
}

interface CodeStepProps {
  mobile: string;
  onPeople: (people: Person[]) => void;
  onBack: () => void;
}

function CodeStep({ mobile, onPeople, onBack }: CodeStepProps) {
  const text = useMessages();
  const [code, setCode] = useState("");
  const { act, busy, fault } = useAct(async () => {
    const { confirmOneTimeCode } = await ask<CodeConfirmed>(CONFIRM_CODE, { mobile: mobile.trim(), code });
    refuse(confirmOneTimeCode.userErrors);
    onPeople(confirmOneTimeCode.people);
  });
  return (
    <form class="sheet" onSubmit={act}>
      <p>{text("certificates.sent", { mobile })}</p>
      <label class="field">
        <span>{text("certificates.code")}</span>
        <input
          name="code"
          autocomplete="one-time-code"
          inputMode="numeric"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          ref={focus}
          value={code}
          onInput={(event) => setCode(digits(event.currentTarget.value))}
        />
      </label>
      <EntryProblem fault={fault} />
      <div class="row">
        <button class="main" disabled={busy}>
          {text("certificates.confirm")}
        </button>
        <button type="button" onClick={onBack}>
          {text("certificates.otherNumber")}
        </button>
      </div>
    </form>
  );
}

/** Who of several people on one number. */
export function People({ people, onPerson }: { people: Person[]; onPerson: (person: Person) => void }) {
  const text = useMessages();
  return (
    <section class="sheet">
      <h2>{text("certificates.who")}</h2>
      <ul class="plain">
        {people.map((person) => (
          <li>
            <button onClick={() => onPerson(person)}>{person.displayName}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function EntryProblem({ fault }: { fault: unknown }) {
  const text = useMessages();
  const known = fault instanceof Fault ? (PROBLEMS[fault.code] ?? CODE[fault.code]) : undefined;
  if (!known) return <Problem fault={fault} />;
  return (
    <p class="problem" role="alert">
      {text(known)}
    </p>
  );
}

function refuse([error]: UserError[]): void {
  if (error) throw new Fault(`${error.code}/${error.path[0] ?? ""}`, error.message);
}

function focus(input: HTMLInputElement | null): void {
  input?.focus();
}

// Indian scripts have digits of their own, which a keyboard may give.
function digits(typed: string): string {
  return [...typed.normalize("NFKC")].map(latin).join("").replace(/\D/g, "");
}

function latin(character: string): string {
  if (!/\p{Nd}/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
  return String(code - zero);
}
