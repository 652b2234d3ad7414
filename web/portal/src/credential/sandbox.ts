// The names under which sandboxes issue their samples (credential/sandbox.py).
import known from "known";

const WEB = "did:web:";

export function namesSandbox(issuer: string): boolean {
  const { issuer: ofCowin, didPath } = known.sandbox;
  return issuer === ofCowin || (issuer.startsWith(WEB) && issuer.slice(WEB.length).endsWith(didPath));
}
