// Showing a document to somebody else: by a link that ends by itself, or when the holder ends it.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Copy } from "../shared/copying.tsx";
import { moment } from "../shared/dates.ts";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { ask, newKey, refuse } from "../shared/graphql.ts";
import { type Message, useLanguage, useMessages } from "../shared/language.tsx";
import { END_LINKS, type LinkMade, type LinksEnded, type Printed, SHARE } from "./queries.ts";

const PROBLEMS: Record<string, Message> = { "LIMIT_REACHED/": "certificates.share.tooMany" };
// In minutes; the gateway takes 5 to 1,440.
const LIVES = ["15", "60", "360", "1440"] as const;

interface Props {
  certificateId: string;
  printed: Printed;
  token: string;
}

interface Link {
  url: string;
  expiresAt: string;
}

export function Sharing({ certificateId, printed, token }: Props) {
  const text = useMessages();
  const [minutes, setMinutes] = useState<string>("60");
  const [link, setLink] = useState<Link | null>(null);
  const [ended, setEnded] = useState<number | null>(null);
  const making = useAct(async () => {
    const input = { certificateId, ...printed, minutes: Number(minutes), idempotencyKey: newKey() };
    const { createShareLink } = await ask<LinkMade>(SHARE, { input }, token);
    refuse(createShareLink.userErrors);
    setLink(createShareLink);
    setEnded(null);
  });
  const ending = useAct(async () => {
    const { revokeShareLinks } = await ask<LinksEnded>(END_LINKS, { input: { certificateId, idempotencyKey: newKey() } }, token);
    refuse(revokeShareLinks.userErrors);
    setLink(null);
    setEnded(revokeShareLinks.revoked);
  });
  return (
    <details>
      <summary>{text("certificates.share")}</summary>
      <p class="quiet">{text("certificates.share.who")}</p>
      <form onSubmit={making.act}>
        <Choice
          label={text("certificates.share.life")}
          value={minutes}
          options={LIVES.map((one) => [one, text(`certificates.share.life.${one}`)] as const)}
          onValue={setMinutes}
        />
        <button disabled={making.busy}>{text("certificates.share.make")}</button>
      </form>
      {link && <Made link={link} />}
      <p class="row">
        <button onClick={ending.act} disabled={ending.busy}>
          {text("certificates.share.end")}
        </button>
        <span role="status">{ended !== null && text("certificates.share.ended", { count: ended })}</span>
      </p>
      <Problem fault={making.fault ?? ending.fault} known={PROBLEMS} />
    </details>
  );
}

function Made({ link: { url, expiresAt } }: { link: Link }) {
  const text = useMessages();
  const { tag } = useLanguage();
  return (
    <>
      <label class="field">
        <span>{text("certificates.share.link")}</span>
        <input readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <p role="status">{text("certificates.share.until", { time: moment(expiresAt, tag) })}</p>
      <p class="row">
        <Copy value={url} />
      </p>
    </>
  );
}
