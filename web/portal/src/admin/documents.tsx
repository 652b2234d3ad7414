// The document of a certificate, seen here or kept.
import { useState } from "preact/hooks";
import { documentOf, save } from "../certificates/downloading.ts";
import { useAct } from "../shared/acting.ts";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { codeOf, LANGUAGE_OPTIONS, useLanguage, useMessages } from "../shared/language.tsx";
import { Picture } from "./picture.tsx";
import { useSession } from "./session.ts";

const SVG = `query($id: ID!, $language: Language) {
  certificate(id: $id) { document(language: $language, format: SVG) { state base64 retryAfterMs } } }`;

export function Documents({ id }: { id: string }) {
  const text = useMessages();
  const session = useSession();
  const [language, setLanguage] = useState(useLanguage().chosen);
  const [seen, setSeen] = useState("");
  const code = codeOf(language);
  const { act, busy, fault } = useAct(async () => {
    save(await documentOf({ id, language: code, layout: null, format: "PDF", token: session.token }));
  });
  return (
    <div>
      <Choice
        label={text("certificates.language")}
        value={language}
        options={LANGUAGE_OPTIONS}
        onValue={setLanguage}
      />
      <p class="row">
        <button onClick={() => setSeen(code)}>{text("admin.document.see")}</button>
        <button onClick={act} disabled={busy}>
          {busy ? text("busy") : text("certificates.download")}
        </button>
      </p>
      <Problem fault={fault} />
      {seen && <Picture key={seen} query={SVG} variables={{ id, language: seen }} name={text("admin.document.picture")} />}
    </div>
  );
}
