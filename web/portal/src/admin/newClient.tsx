// A new client, whose key is shown this once.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Input } from "../shared/fields.tsx";
import { Copy } from "../shared/copying.tsx";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { type Scope, SCOPES, useSession } from "./session.ts";

export interface Client {
  id: string;
  name: string;
  scopes: Scope[];
  purpose: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
}

const CREATE = `mutation($input: CreateClientInput!) { createClient(input: $input) {
  key client { id name } userErrors { code message path } } }`;
const TEXTS = ["name", "purpose", "legalBasis", "channel"] as const;
const NUMBERS = ["dailyReads", "perMinute"] as const;

export function NewClient({ onMade }: { onMade: () => void }) {
  const text = useMessages();
  const session = useSession();
  const [values, setValues] = useState<Record<string, string>>({});
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [key, setKey] = useState(newKey);
  const [made, setMade] = useState<string | null>(null);
  const { act, busy, fault } = useAct(async () => {
    const input = { ...inputOf(values), scopes, idempotencyKey: key };
    setMade((await session.act<{ key: string | null }>(CREATE, input)).key);
    setKey(newKey());
    setValues({});
    setScopes([]);
    onMade();
  });
  const field = (name: string) => ({
    value: values[name] ?? "",
    onValue: (value: string) => setValues({ ...values, [name]: value }),
  });
  return (
    <>
      {made && <NewKey value={made} onClose={() => setMade(null)} />}
      <details class="sheet">
        <summary>{text("admin.client.new")}</summary>
        <form onSubmit={act}>
          <div class="fields">
            {TEXTS.map((name) => (
              <Input label={text(`admin.client.${name}`)} required={name === "name"} {...field(name)} />
            ))}
            {NUMBERS.map((name) => (
              <Input label={text(`admin.client.${name}`)} type="number" min={1} {...field(name)} />
            ))}
            <Input label={text("admin.client.expires")} type="date" {...field("expiresAt")} />
          </div>
          <ScopeChoice chosen={scopes} onChosen={setScopes} />
          <Problem fault={fault} />
          <button class="main" disabled={busy || scopes.length === 0}>
            {text("admin.client.create")}
          </button>
        </form>
      </details>
    </>
  );
}

function ScopeChoice({ chosen, onChosen }: { chosen: Scope[]; onChosen: (scopes: Scope[]) => void }) {
  const text = useMessages();
  const turn = (scope: Scope, on: boolean): void =>
    onChosen(on ? [...chosen, scope] : chosen.filter((one) => one !== scope));
  return (
    <fieldset>
      <legend>{text("admin.client.scopes")}</legend>
      {SCOPES.map((scope) => (
        <label class="check">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={(event) => turn(scope, event.currentTarget.checked)}
          />
          {text(`admin.scope.${scope}`)}
        </label>
      ))}
    </fieldset>
  );
}

function NewKey({ value, onClose }: { value: string; onClose: () => void }) {
  const text = useMessages();
  return (
    <section class="sheet" aria-label={text("admin.client.key")}>
      <h3>{text("admin.client.key")}</h3>
      <p>{text("admin.client.once")}</p>
      <p class="key">{value}</p>
      <p class="row">
        <Copy value={value} />
        <button onClick={onClose}>{text("admin.client.kept")}</button>
      </p>
    </section>
  );
}

function inputOf(values: Record<string, string>): Record<string, string | number> {
  const given = Object.entries(values).filter(([, value]) => value.trim());
  return Object.fromEntries(given.map(([name, value]) => [name, written(name, value.trim())]));
}

function written(name: string, value: string): string | number {
  if (name === "expiresAt") return `${value}T23:59:59+05:30`;
  return (NUMBERS as readonly string[]).includes(name) ? Number(value) : value;
}
