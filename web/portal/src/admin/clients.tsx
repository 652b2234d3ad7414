// Who has a key: made here, shown once, and ended here.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { day } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { type Client, NewClient } from "./newClient.tsx";
import { Paged } from "./paging.tsx";
import { Dialog, Table } from "./parts.tsx";
import { useSession } from "./session.ts";

const CLIENTS = `query($after: String) { clients(first: 50, after: $after) {
  ${PAGE_INFO} nodes { id name scopes purpose channel createdAt expiresAt revokedAt } } }`;
const END = `mutation($input: RevokeClientInput!) { revokeClient(input: $input) {
  client { id } userErrors { code message path } } }`;

export function Clients() {
  const text = useMessages();
  const pages = usePages<Client>(CLIENTS);
  const columns = (["name", "scopes", "purpose", "since", "state"] as const).map((one) => text(`admin.client.${one}`));
  return (
    <section>
      <h2>{text("admin.section.clients")}</h2>
      <NewClient onMade={pages.again} />
      <Paged pages={pages}>
        {(nodes) => (
          <Table name={text("admin.section.clients")} columns={columns} rows={nodes.map((one) => row(one, pages.again))} />
        )}
      </Paged>
    </section>
  );
}

function row(client: Client, onEnded: () => void) {
  return [
    <>
      {client.name}
      <br />
      <span class="quiet">{client.id}</span>
    </>,
    client.scopes.join(", ").toLowerCase(),
    client.purpose,
    <Day at={client.createdAt} />,
    client.revokedAt ? <Ended at={client.revokedAt} /> : <Ending client={client} onEnded={onEnded} />,
  ];
}

function Day({ at }: { at: string }) {
  const { tag } = useLanguage();
  return <>{day(at, tag)}</>;
}

function Ended({ at }: { at: string }) {
  const text = useMessages();
  const { tag } = useLanguage();
  return <span class="quiet">{text("admin.client.ended", { at: day(at, tag) })}</span>;
}

function Ending({ client, onEnded }: { client: Client; onEnded: () => void }) {
  const text = useMessages();
  const session = useSession();
  const [open, setOpen] = useState(false);
  const [key] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    await session.act(END, { id: client.id, idempotencyKey: key });
    setOpen(false);
    onEnded();
  });
  const title = text("admin.client.end", { name: client.name });
  return (
    <>
      <button onClick={() => setOpen(true)} aria-label={title} disabled={client.id === session.viewer.id}>
        {text("admin.client.endShort")}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p>{text("admin.client.reach", { scopes: client.scopes.join(", ").toLowerCase() })}</p>
          <p class="quiet">{client.id}</p>
          <Problem fault={fault} />
          <p class="row">
            <button class="danger" onClick={act} disabled={busy}>
              {text("admin.client.endForGood")}
            </button>
            <button onClick={() => setOpen(false)}>{text("admin.cancel")}</button>
          </p>
        </Dialog>
      )}
    </>
  );
}
