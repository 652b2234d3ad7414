// Revoking named certificates, after a dialog that says which doses end.
import { useState } from "preact/hooks";
import { Choice } from "../shared/fields.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { useInWords } from "./certificates.tsx";
import { Confirming } from "./confirming.tsx";
import { forgetFound } from "./found.ts";
import { type Reason, REASONS, type Short } from "./records.ts";
import { useSession } from "./session.ts";

const REVOKE = `mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  certificates { id } userErrors { code message path } } }`;

interface Props {
  label: string;
  certificates: Short[];
  onRevoked: () => void;
}

export function Revoking({ label, certificates, onRevoked }: Props) {
  const text = useMessages();
  const session = useSession();
  const words = useInWords();
  const [reason, setReason] = useState<Reason>("ISSUED_IN_ERROR");
  const [key] = useState(newKey);
  const act = async (): Promise<void> => {
    const target = { ids: certificates.map(({ id }) => id) };
    await session.act(REVOKE, { target, reason, idempotencyKey: key });
    forgetFound();
    onRevoked();
  };
  return (
    <Confirming label={label} confirm={text("admin.revoke.confirm", { count: certificates.length })} act={act}>
      <p>{text("admin.revoke.ends")}</p>
      <ul>
        {certificates.map((one) => (
          <li>{words(one)}</li>
        ))}
      </ul>
      <p class="problem">{text("admin.revoke.forGood")}</p>
      <ReasonChoice value={reason} onValue={setReason} />
    </Confirming>
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
