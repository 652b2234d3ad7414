// The way in: an OpenID provider, or a client key.
import { useEffect, useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { Fault } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { comeBack, type Config, configuration, leaveFor, type Provider } from "./oidc.ts";

interface Props {
  onToken: (token: string) => Promise<void>;
}

export function Login({ onToken }: Props) {
  const text = useMessages();
  const [config, setConfig] = useState<Config | null>(null);
  const start = useAct(async () => {
    const found = await configuration();
    setConfig(found);
    const token = found.oidc && (await comeBack(found.oidc));
    if (token) await onToken(token);
  });
  useEffect(start.act, []);
  if (start.busy) return <p role="status">{text("busy")}</p>;
  return (
    <div class="sheet">
      <LoginProblem fault={start.fault} />
      {config?.oidc && <ByProvider provider={config.oidc} />}
      {config?.keyLogin && <ByKey onToken={onToken} />}
    </div>
  );
}

function ByProvider({ provider }: { provider: Provider }) {
  const text = useMessages();
  const { act, busy, fault } = useAct(() => leaveFor(provider));
  return (
    <p>
      <button class="main" onClick={act} disabled={busy}>
        {text("admin.login.provider", { name: new URL(provider.issuer).host })}
      </button>
      <LoginProblem fault={fault} />
    </p>
  );
}

function ByKey({ onToken }: Props) {
  const text = useMessages();
  const [key, setKey] = useState("");
  const { act, busy, fault } = useAct(() => onToken(key.trim()));
  return (
    <form onSubmit={act}>
      <Input label={text("admin.login.key")} type="password" autocomplete="off" required value={key} onValue={setKey} />
      <p class="quiet">{text("admin.login.kept")}</p>
      <LoginProblem fault={fault} />
      <button class="main" disabled={busy}>
        {text("admin.login.enter")}
      </button>
    </form>
  );
}

function LoginProblem({ fault }: { fault: unknown }) {
  const text = useMessages();
  const refused = fault instanceof Fault && ["UNAUTHENTICATED", "LOGIN"].includes(fault.code);
  if (!refused) return <Problem fault={fault} />;
  return (
    <p class="problem" role="alert">
      {text("admin.login.refused")} {fault.code === "LOGIN" && fault.message}
    </p>
  );
}
