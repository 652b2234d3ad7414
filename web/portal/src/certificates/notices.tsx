// Messages about certificates: to hear them, or not.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { ask } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { SET_NOTIFICATIONS } from "./queries.ts";

export function Notices({ token }: { token: string }) {
  const text = useMessages();
  const [enabled, setEnabled] = useState<boolean | null>(null);
  const off = useAct(() => set(false));
  const on = useAct(() => set(true));
  async function set(wanted: boolean): Promise<void> {
    const answer = await ask<{ setNotifications: { enabled: boolean } }>(SET_NOTIFICATIONS, { enabled: wanted }, token);
    setEnabled(answer.setNotifications.enabled);
  }
  return (
    <section>
      <h2>{text("certificates.notices")}</h2>
      <div class="row">
        <button onClick={off.act} disabled={off.busy}>
          {text("certificates.noticesOff")}
        </button>
        <button onClick={on.act} disabled={on.busy}>
          {text("certificates.noticesOn")}
        </button>
      </div>
      <p role="status">
        {enabled !== null && text(enabled ? "certificates.noticesAreOn" : "certificates.noticesAreOff")}
      </p>
      <Problem fault={off.fault ?? on.fault} />
    </section>
  );
}
