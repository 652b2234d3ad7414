// The document of a certificate: in which language and form, to be kept, or to be shown by a link.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { codeOf, LANGUAGE_OPTIONS, type Message, useLanguage, useMessages } from "../shared/language.tsx";
import { documentOf, save } from "./downloading.ts";
import type { Certificate, Layout, Printed } from "./queries.ts";
import { Sharing } from "./sharing.tsx";

const FORMATS = ["PDF", "SVG"] as const;
const PROBLEMS: Record<string, Message> = { FAILED: "certificates.notMade" };

export function Printing({ certificate, token }: { certificate: Certificate; token: string }) {
  const text = useMessages();
  const { chosen } = useLanguage();
  const layouts = layoutsOf(certificate);
  const [language, setLanguage] = useState(chosen);
  const [layout, setLayout] = useState(layouts[0]!);
  const [format, setFormat] = useState<Printed["format"]>("PDF");
  const printed = { language: codeOf(language), layout, format };
  const { act, busy, fault } = useAct(async () => save(await documentOf({ id: certificate.id, ...printed, token })));
  return (
    <>
      <form onSubmit={act}>
        <div class="fields">
          <Choice
            label={text("certificates.language")}
            value={language}
            options={LANGUAGE_OPTIONS}
            onValue={setLanguage}
          />
          <Choice
            label={text("certificates.layout")}
            value={layout}
            options={layouts.map((one) => [one, text(`layout.${one}`)] as const)}
            onValue={(value) => setLayout(value as Layout)}
          />
          <Choice
            label={text("certificates.format")}
            value={format}
            options={FORMATS.map((one) => [one, text(`certificates.format.${one}`)] as const)}
            onValue={(value) => setFormat(value as Printed["format"])}
          />
        </div>
        <button class="main" disabled={busy}>
          {busy ? text("busy") : text("certificates.download")}
        </button>
        <Problem fault={fault} known={PROBLEMS} />
      </form>
      <Sharing certificateId={certificate.id} printed={printed} token={token} />
    </>
  );
}

/** The page for travel is of finished international certificates, and in English alone: the first where it is due. */
function layoutsOf({ kind, stage }: Certificate): Layout[] {
  const home: Layout[] = ["DOMESTIC", "CARD", "SLIP"];
  return kind === "INTERNATIONAL" && stage !== "PROVISIONAL" ? ["INTERNATIONAL", ...home] : home;
}
