// A button that copies a text, and says that it did.
import { useState } from "preact/hooks";
import { useAct } from "./acting.ts";
import { Problem } from "./frame.tsx";
import { Fault } from "./graphql.ts";
import { useMessages } from "./language.tsx";

export function Copy({ value }: { value: string }) {
  const text = useMessages();
  const [copied, setCopied] = useState("");
  const { act, fault } = useAct(async () => {
    await navigator.clipboard.writeText(value).catch(() => {
      throw new Fault("COPY", text("copy.refused"));
    });
    setCopied(value);
  });
  return (
    <>
      <button type="button" onClick={act}>
        {text("copy")}
      </button>
      <span role="status" class="good">
        {copied === value && text("copied")}
      </span>
      <Problem fault={fault} />
    </>
  );
}
