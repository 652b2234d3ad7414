// The verdict, in words and colour, what the certificate says, and each check with its reason.
import { useEffect, useRef } from "preact/hooks";
import { namesSandbox, type Check, type Facts, type Verdict, type Verification } from "../credential/index.ts";
import { day, moment } from "../shared/dates.ts";
import { Facts as FactList } from "../shared/facts.tsx";
import { Label, useLanguage, useMessages } from "../shared/language.tsx";
import { useWords } from "./words.ts";

const TONES: Record<Verdict, "good" | "warn" | "bad"> = {
  VALID: "good",
  INCONCLUSIVE: "warn",
  UNKNOWN_ISSUER: "warn",
  NOT_YET_VALID: "warn",
  EXPIRED: "warn",
  SUPERSEDED: "warn",
  REVOKED: "bad",
  INVALID: "bad",
  UNREADABLE: "bad",
};
const MARKS = { good: "✓", warn: "!", bad: "✕" };
const STATUS_MARKS = { PASSED: "✓", FAILED: "✕", NOT_CHECKED: "–" };
const STATUS_TONES = { PASSED: "good", FAILED: "bad", NOT_CHECKED: "quiet" };
const NOT_REACHED = "NOT_REACHED"; // told once for all of them
const WHOLE_DATE = /^\d{4}-\d{2}-\d{2}/;

/** What both this browser and the gateway answer with. */
export type Shown = Pick<Verification, "verdict" | "issuer" | "facts" | "ambiguousFields" | "statusAsOf"> & {
  newerCertificateExists: boolean;
  checks: (Omit<Check, "message"> & { message: string })[];
};

export function Result({ found, onAgain }: { found: Shown; onAgain: () => void }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const sample = found.issuer !== null && namesSandbox(found.issuer);
  const tone = sample && found.verdict === "VALID" ? "warn" : TONES[found.verdict];
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-live="polite">
      <div class={`verdict ${tone}`}>
        <span class="mark" aria-hidden="true">
          {MARKS[tone]}
        </span>
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {text(`verify.verdict.${found.verdict}`)}
          </h2>
          <p>
            {found.verdict === "UNREADABLE" ? (
              <Reason of={found.checks[0]} />
            ) : (
              text(sample ? "verify.sample" : `verify.meaning.${found.verdict}`)
            )}
          </p>
          {(found.verdict === "SUPERSEDED" || found.newerCertificateExists) && (
            <p>
              <a href="/certificates">{text("verify.newer")}</a>
            </p>
          )}
        </div>
      </div>
      {found.facts && found.verdict !== "UNREADABLE" && <Said facts={found.facts} verdict={found.verdict} />}
      {found.verdict !== "UNREADABLE" && (
        <p class="quiet">
          {found.statusAsOf ? text("verify.asOf", { time: moment(found.statusAsOf, tag) }) : text("verify.noStatus")}
        </p>
      )}
      {found.ambiguousFields.length > 0 && (
        <p class="problem">{text("verify.ambiguous", { fields: found.ambiguousFields.join(", ") })}</p>
      )}
      <Checks checks={found.checks} />
      <p>
        <button class="main" onClick={onAgain}>
          {text("verify.another")}
        </button>
      </p>
    </section>
  );
}

function Said({ facts, verdict }: { facts: Facts; verdict: Verdict }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const dose = facts.dose === null ? null : `${facts.dose}/${facts.totalDoses ?? "?"}`;
  const rows: [string, string | null][] = [
    ["name", facts.name],
    ["age", facts.age],
    ["date_of_birth", facts.dateOfBirth && dayOf(facts.dateOfBirth, tag)],
    ["gender", facts.gender],
    ["beneficiary_id", facts.beneficiaryId],
    ["vaccine", facts.vaccine],
    ["dose", dose],
    ["date", facts.date && dayOf(facts.date, tag)],
    ["batch", facts.batch],
    ["manufacturer", facts.manufacturer],
    ["vaccinated_at", [facts.facility, facts.district, facts.state].filter(Boolean).join(", ")],
    ["certificate_id", facts.certificateId],
  ];
  return (
    <div class="sheet">
      {(verdict === "INVALID" || verdict === "UNKNOWN_ISSUER") && <p class="bad">{text("verify.proveNothing")}</p>}
      <FactList facts={rows.filter(([, value]) => value).map(([name, value]) => [<Label of={name} />, value] as const)} />
    </div>
  );
}

/** A date as people read it, or as written where it is none, or part of one. */
function dayOf(written: string, tag: string): string {
  return WHOLE_DATE.test(written) && !isNaN(Date.parse(written)) ? day(written, tag) : written;
}

function Checks({ checks }: { checks: Shown["checks"] }) {
  const text = useMessages();
  const reached = checks.filter(({ message }) => message !== NOT_REACHED);
  const others = checks.filter(({ message }) => message === NOT_REACHED);
  return (
    <details>
      <summary>{text("verify.checks")}</summary>
      <ul class="plain checks">
        {reached.map((one) => (
          <Made checks={[one]} />
        ))}
        {others.length > 0 && <Made checks={others} />}
      </ul>
    </details>
  );
}

/** Checks of one status and for one reason. */
function Made({ checks }: { checks: Shown["checks"] }) {
  const text = useMessages();
  const words = useWords();
  const [first] = checks;
  const { status = "NOT_CHECKED" } = first ?? {};
  return (
    <li>
      <span class={STATUS_TONES[status]} aria-hidden="true">
        {STATUS_MARKS[status]}
      </span>
      <div>
        <strong lang={words.lang}>{checks.map(({ code }) => words.check(code)).join(", ")}:</strong>{" "}
        <span class={STATUS_TONES[status]}>{text(`verify.status.${status}`)}</span> <br />
        <Reason of={first} />
      </div>
    </li>
  );
}

function Reason({ of }: { of: Shown["checks"][number] | undefined }) {
  const said = useWords().reason(of?.message ?? "");
  return <span lang={said.lang}>{said.text}</span>;
}
