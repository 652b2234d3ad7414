// Revoking named certificates, after a dialog that says which doses end.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { useInWords } from "./certificates.tsx";
import { forgetFound } from "./found.ts";
import { Dialog } from "./parts.tsx";
import { type Reason, REASONS, type Short } from "./records.ts";
import { useSession } from "./session.ts";

const REVOKE = `mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  certificates { id } userErrors { code message path } } }`;

interface Props {
  label: string;
  certificates: Short[];
  onRevoked: () => void;
}

export function Revoking({ label, ...rest }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>{label}</button>
      {open && <RevokeDialog {...rest} title={label} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DialogProps extends Omit<Props, "label"> {
  title: string;
  onClose: () => void;
}

function RevokeDialog({ title, certificates, onRevoked, onClose }: DialogProps) {
  const text = useMessages();
  const session = useSession();
  const words = useInWords();
  const [reason, setReason] = useState<Reason>("ISSUED_IN_ERROR");
  const [key] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    const target = { ids: certificates.map(({ id }) => id) };
    await session.act(REVOKE, { target, reason, idempotencyKey: key });
    forgetFound();
    onClose();
    onRevoked();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text("admin.revoke.ends")}</p>
      <ul>
        {certificates.map((one) => (
          <li>{words(one)}</li>
        ))}
      </ul>
      <p class="problem">{text("admin.revoke.forGood")}</p>
      <form onSubmit={act}>
        <ReasonChoice value={reason} onValue={setReason} />
        <Problem fault={fault} />
        <p class="row">
          <button class="danger" disabled={busy}>
            {text("admin.revoke.confirm", { count: certificates.length })}
          </button>
          <button type="button" onClick={onClose}>
            {text("admin.cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

export function ReasonChoice({ value, onValue }: { value: Reason; onValue: (reason: Reason) => void }) {
  const text = useMessages();
  return (
    <Choice
      label={text("admin.revoke.reason")}
      value={value}
      options={REASONS.map((one) => [one, text(`admin.reason.${one}`)] as const)}
      onValue={(chosen) => onValue(chosen as Reason)}
    />
  );
}
