// Who received the certificates, and when: page by page, newest first.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { moment } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { ask } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { type Access, HISTORY, type History as Answer } from "./queries.ts";

export function History({ token }: { token: string }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const [seen, setSeen] = useState<Access[] | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const { act, busy, fault } = useAct(async () => {
    const { viewer } = await ask<Answer>(HISTORY, { after }, token);
    const page = viewer?.beneficiary?.accessHistory;
    setSeen([...(seen ?? []), ...(page?.nodes ?? [])]);
    setAfter(page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
  });
  return (
    <section>
      <h2>{text("certificates.history")}</h2>
      {seen?.length === 0 && <p>{text("certificates.nobody")}</p>}
      {seen && seen.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={text("certificates.history")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text("certificates.when")}</th>
                <th scope="col">{text("certificates.receiver")}</th>
                <th scope="col">{text("certificates.purpose")}</th>
              </tr>
            </thead>
            <tbody>
              {seen.map((one) => (
                <tr>
                  <td>{moment(one.at, tag)}</td>
                  <td>{one.caller === "holder" ? text("certificates.yourself") : one.caller}</td>
                  <td>{[one.purpose, one.legalBasis].filter(Boolean).join(" · ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Problem fault={fault} />
      {(seen === null || after) && (
        <button onClick={act} disabled={busy}>
          {text(seen === null ? "certificates.showHistory" : "certificates.more")}
        </button>
      )}
    </section>
  );
}
