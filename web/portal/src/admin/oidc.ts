// Logging in with an OpenID provider: Authorization Code with PKCE (RFC 7636), all of it in the browser.
import { Fault } from "../shared/graphql.ts";

export interface Provider {
  issuer: string;
  clientId: string;
  scope: string;
}

export interface Config {
  keyLogin: boolean;
  oidc: Provider | null;
}

interface Ends {
  authorization_endpoint: string;
  token_endpoint: string;
}

// Kept for the way there and back, and taken out at once: of no use without the code, which is used up once.
const KEPT = "login";

export async function configuration(): Promise<Config> {
  return json<Config>(await reached("/admin/config.json"));
}

/** Leaves for the provider. Throws Fault where it is not reached. */
export async function leaveFor(provider: Provider): Promise<void> {
  const { authorization_endpoint } = await ends(provider);
  const state = random();
  const verifier = random();
  sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, hash: location.hash }));
  const address = new URL(authorization_endpoint);
  const asked = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: here(),
    scope: provider.scope,
    state,
    code_challenge: base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)))),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

/** Returns the token of whoever comes back from the provider, null for everybody else. Throws Fault. */
export async function comeBack(provider: Provider): Promise<string | null> {
  const given = new URLSearchParams(location.search);
  if (!given.has("state")) return null;
  const kept = taken();
  history.replaceState(null, "", location.pathname + (kept?.hash ?? ""));
  const code = given.get("code");
  if (!code || kept?.state !== given.get("state")) throw new Fault("LOGIN", given.get("error_description") ?? "");
  const { token_endpoint } = await ends(provider);
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    client_id: provider.clientId,
    redirect_uri: here(),
    code_verifier: kept.verifier,
  });
  const answer = await json<{ access_token?: string }>(await reached(token_endpoint, { method: "POST", body }));
  if (!answer.access_token) throw new Fault("LOGIN", "");
  return answer.access_token;
}

async function ends({ issuer }: Provider): Promise<Ends> {
  return json<Ends>(await reached(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`));
}

async function reached(address: string, options: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(address, { credentials: "omit", ...options });
  } catch {
    throw new Fault("NETWORK", "");
  }
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Fault("LOGIN", "");
  return (await response.json()) as T;
}

function taken(): { state: string; verifier: string; hash: string } | null {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return text ? (JSON.parse(text) as { state: string; verifier: string; hash: string }) : null;
}

function here(): string {
  return location.origin + location.pathname;
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (one) => ({ "+": "-", "/": "_" })[one] ?? "");
}
