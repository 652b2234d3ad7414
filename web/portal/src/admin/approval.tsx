// That somebody else has to approve, and the link by which they look at the same.
import { Copy } from "../shared/copying.tsx";
import { useMessages } from "../shared/language.tsx";

/** `place` is behind `#`: where this page shows what is to be approved. */
export function Approval({ place }: { place: string }) {
  const text = useMessages();
  const address = `${location.origin}${location.pathname}#${place}`;
  return (
    <div class="sheet">
      <p role="status">
        <strong>{text("admin.approval")}</strong>
      </p>
      <p class="row">
        <a href={address}>{text("admin.approval.link")}</a> <Copy value={address} />
      </p>
    </div>
  );
}
