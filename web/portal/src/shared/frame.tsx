// What every page has around it.
import { type ComponentChildren, type ComponentType, render } from "preact";
import { useEffect } from "preact/hooks";
import { Fault } from "./graphql.ts";
import { LANGUAGES, LanguageProvider, type Message, nameOf, useLanguage, useMessages } from "./language.tsx";
import "./style.css";

const PUBLIC_PAGES = ["verify", "certificates", "dashboard"] as const;

interface FrameProps {
  title: Message;
  /** For tables: as wide as there is room. */
  wide?: boolean;
  /** In a frame of another page: without what leads elsewhere. */
  bare?: boolean;
  children: ComponentChildren;
}

export function Frame({ title, wide, bare, children }: FrameProps) {
  const text = useMessages();
  useEffect(() => {
    document.title = `${text(title)} · ${text("portal")}`;
  });
  return (
    <>
      {!bare && <Top />}
      <main id="content" class={wide ? "wide" : undefined} tabIndex={-1}>
        <h1>{text(title)}</h1>
        {children}
      </main>
    </>
  );
}

function Top() {
  const text = useMessages();
  return (
    <>
      <a class="skip" href="#content">
        {text("skip")}
      </a>
      <header class="top">
        <a class="home" href="/verify">
          {text("portal")}
        </a>
        <nav>
          {PUBLIC_PAGES.map((page) => (
            <a href={`/${page}`} aria-current={location.pathname === `/${page}` ? "page" : undefined}>
              {text(`nav.${page}`)}
            </a>
          ))}
        </nav>
        <LanguageChoice />
      </header>
    </>
  );
}

function LanguageChoice() {
  const text = useMessages();
  const { chosen, choose } = useLanguage();
  return (
    <label class="language">
      <span class="unseen">{text("language")}</span>
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {LANGUAGES.map((one) => (
          <option value={one} lang={one}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

const KNOWN: Record<string, Message> = {
  NETWORK: "fault.network",
  PAYLOAD_TOO_LARGE: "fault.tooLarge",
  RATE_LIMITED: "fault.limited",
  UNAVAILABLE: "fault.unavailable",
};

interface ProblemProps {
  fault: unknown;
  /** Words for codes that a page knows better than the gateway, whose own are English. */
  known?: Record<string, Message>;
}

/** Tells a fault in the reader's words; announced to screen readers. */
export function Problem({ fault, known = {} }: ProblemProps) {
  const text = useMessages();
  if (!fault) return null;
  const { code, message, request, retryAfter } = fault instanceof Fault ? fault : new Fault("", "", "-");
  const words = known[code] ?? KNOWN[code] ?? (message ? null : "fault.other");
  return (
    <p class="problem" role="alert">
      {words ? text(words, { request, seconds: retryAfter || 60 }) : <span lang="en">{message}</span>}
    </p>
  );
}

/** Puts a page into the document. */
export function mount(Page: ComponentType): void {
  const place = document.getElementById("page");
  if (place) {
    render(
      <LanguageProvider>
        <Page />
      </LanguageProvider>,
      place,
    );
  }
}
