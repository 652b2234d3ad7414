// The way in: a mobile number, the code that is sent to it, and who of the people on it is meant.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Acting, useAct } from "../shared/acting.ts";
import { Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { ask, refuse } from "../shared/graphql.ts";
import { type Message, useMessages } from "../shared/language.tsx";
import { CONFIRM_CODE, type CodeConfirmed, type CodeRequested, type Person, REQUEST_CODE } from "./queries.ts";

const PROBLEMS: Record<string, Message> = {
  "LIMIT_REACHED/mobile": "certificates.tooMany",
  "BAD_USER_INPUT/mobile": "certificates.noMobile",
  "BAD_USER_INPUT/code": "certificates.wrongCode",
};
const MOBILE = { type: "tel", name: "mobile", autocomplete: "tel", required: true, maxLength: 20 } as const;
const CODE = {
  name: "code",
  autocomplete: "one-time-code",
  inputMode: "numeric",
  pattern: "[0-9]{6}",
  maxLength: 6,
  required: true,
  focused: true,
} as const;

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
  const acting = useAct(async () => {
    const { requestOneTimeCode } = await ask<CodeRequested>(REQUEST_CODE, { mobile: mobile.trim() });
    refuse(requestOneTimeCode.userErrors);
    onSent();
  });
  return (
    <Step intro={text("certificates.intro")} acting={acting} action={text("certificates.sendCode")}>
      <Input label={text("certificates.mobile")} {...MOBILE} value={mobile} onValue={onMobile} />
    </Step>
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
  const acting = useAct(async () => {
    const { confirmOneTimeCode } = await ask<CodeConfirmed>(CONFIRM_CODE, { mobile: mobile.trim(), code });
    refuse(confirmOneTimeCode.userErrors);
    onPeople(confirmOneTimeCode.people);
  });
  const back = (
    <button type="button" onClick={onBack}>
      {text("certificates.otherNumber")}
    </button>
  );
  return (
    <Step intro={text("certificates.sent", { mobile })} acting={acting} action={text("certificates.confirm")} back={back}>
      <Input label={text("certificates.code")} {...CODE} value={code} onValue={(typed) => setCode(digits(typed))} />
    </Step>
  );
}

interface StepProps {
  intro: string;
  acting: Acting;
  action: string;
  back?: ComponentChildren;
  children: ComponentChildren;
}

function Step({ intro, acting: { act, busy, fault }, action, back, children }: StepProps) {
  return (
    <form class="sheet" onSubmit={act}>
      <p>{intro}</p>
      {children}
      <Problem fault={fault} known={PROBLEMS} />
      <div class="row">
        <button class="main" disabled={busy}>
          {action}
        </button>
        {back}
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
