// How certificates are printed, with a page of a sample.
import { useState } from "preact/hooks";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { codeOf, LANGUAGE_OPTIONS, useLanguage, useMessages } from "../shared/language.tsx";
import { useAsked } from "./asking.ts";
import { Table } from "./parts.tsx";
import { Picture } from "./picture.tsx";

interface Template {
  issuer: string;
  design: string;
  version: number;
  layouts: Layout[];
  languages: string[];
  chosen: boolean;
}

const TEMPLATES = `{ templates { issuer design version layouts languages chosen } }`;
const PREVIEW = `query($layout: Layout!, $language: Language!, $stage: Stage!) {
  templatePreview(layout: $layout, language: $language, stage: $stage, format: SVG) { state base64 retryAfterMs } }`;
type Layout = (typeof LAYOUTS)[number];
const LAYOUTS = ["DOMESTIC", "CARD", "SLIP", "INTERNATIONAL"] as const;
const STAGES = ["FINAL", "PROVISIONAL", "PRECAUTION"] as const;

export function Templates() {
  const text = useMessages();
  const { data, fault } = useAsked<{ templates: Template[] }>(TEMPLATES);
  const columns = (["issuer", "design", "version", "layouts", "languages", "chosen"] as const).map((one) =>
    text(`admin.template.${one}`),
  );
  return (
    <section>
      <h2>{text("admin.section.templates")}</h2>
      <Problem fault={fault} />
      {data && (
        <Table
          name={text("admin.section.templates")}
          columns={columns}
          rows={data.templates.map((one) => [
            one.issuer,
            one.design,
            one.version,
            one.layouts.map((layout) => text(`layout.${layout}`)).join(", "),
            one.languages.length,
            one.chosen ? "✓" : "",
          ])}
        />
      )}
      <Preview />
    </section>
  );
}

function Preview() {
  const text = useMessages();
  const [language, setLanguage] = useState(useLanguage().chosen);
  const [layout, setLayout] = useState<string>("DOMESTIC");
  const [stage, setStage] = useState<string>("FINAL");
  const [shown, setShown] = useState<Record<string, string> | null>(null);
  const show = (event: Event): void => {
    event.preventDefault();
    setShown({ layout, stage, language: codeOf(language) });
  };
  return (
    <section class="sheet" aria-label={text("admin.template.preview")}>
      <h3>{text("admin.template.preview")}</h3>
      <form onSubmit={show}>
        <div class="fields">
          <Choice
            label={text("admin.template.layout")}
            value={layout}
            options={LAYOUTS.map((one) => [one, text(`layout.${one}`)] as const)}
            onValue={setLayout}
          />
          <Choice
            label={text("certificates.language")}
            value={language}
            options={LANGUAGE_OPTIONS}
            onValue={setLanguage}
          />
          <Choice
            label={text("admin.template.stage")}
            value={stage}
            options={STAGES.map((one) => [one, text(`admin.stage.${one}`)] as const)}
            onValue={setStage}
          />
        </div>
        <button class="main">{text("admin.template.show")}</button>
      </form>
      {shown && (
        <Picture key={JSON.stringify(shown)} query={PREVIEW} variables={shown} name={text("admin.template.sample")} />
      )}
    </section>
  );
}
