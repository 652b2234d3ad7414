// Who has a key: made here, shown once, and ended here.
import { useState } from "preact/hooks";
import { day } from "../shared/dates.ts";
import { newKey } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { Confirming } from "./confirming.tsx";
import { type Client, NewClient } from "./newClient.tsx";
import { Paged } from "./paging.tsx";
import { Table } from "./parts.tsx";
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
  const [key] = useState(newKey);
  const act = async (): Promise<void> => {
    await session.act(END, { id: client.id, idempotencyKey: key });
    onEnded();
  };
  return (
    <Confirming
      label={text("admin.client.end", { name: client.name })}
      short={text("admin.client.endShort")}
      confirm={text("admin.client.endForGood")}
      disabled={client.id === session.viewer.id}
      act={act}
    >
      <p>{text("admin.client.reach", { scopes: client.scopes.map((one) => text(`admin.scope.${one}`)).join(", ") })}</p>
      <p class="quiet">{client.id}</p>
    </Confirming>
  );
}
