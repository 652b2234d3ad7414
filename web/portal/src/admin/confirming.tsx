// A button whose act is done only after a dialog that says what it reaches.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import { Dialog } from "./parts.tsx";

interface Props {
  /** What is done, on the button and over the dialog. */
  label: string;
  /** Stands on the button instead, where its row says the rest. */
  short?: string;
  confirm: string;
  /** Nothing ends by it. */
  harmless?: boolean;
  disabled?: boolean;
  act: () => Promise<void>;
  /** What it reaches. */
  children: ComponentChildren;
}

export function Confirming({ label, short, confirm, harmless, disabled, act: work, children }: Props) {
  const text = useMessages();
  const [open, setOpen] = useState(false);
  const { act, busy, fault } = useAct(async () => {
    await work();
    setOpen(false);
  });
  return (
    <>
      <button onClick={() => setOpen(true)} aria-label={label} disabled={disabled}>
        {short ?? label}
      </button>
      {open && (
        <Dialog title={label} onClose={() => setOpen(false)}>
          <form onSubmit={act}>
            {children}
            <Problem fault={fault} />
            <p class="row">
              <button class={harmless ? "main" : "danger"} disabled={busy}>
                {confirm}
              </button>
              <button type="button" onClick={() => setOpen(false)}>
                {text("admin.cancel")}
              </button>
            </p>
          </form>
        </Dialog>
      )}
    </>
  );
}
