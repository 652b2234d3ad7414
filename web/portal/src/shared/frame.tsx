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
  const { tag, choose } = useLanguage();
  return (
    <label class="language">
      <span class="unseen">{text("language")}</span>
      <select value={tag} onChange={(event) => choose(event.currentTarget.value)}>
        {LANGUAGES.map((one) => (
          <option value={one} lang={one}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Tells a fault in the reader's words; announced to screen readers. */
export function Problem({ fault }: { fault: unknown }) {
  const text = useMessages();
  if (!fault) return null;
  return (
    <p class="problem" role="alert">
      {told(fault, text)}
    </p>
  );
}

function told(fault: unknown, text: ReturnType<typeof useMessages>): string {
  if (!(fault instanceof Fault)) return text("fault.other", { request: "-" });
  if (fault.code === "NETWORK") return text("fault.network");
  if (fault.code === "RATE_LIMITED") return text("fault.limited", { seconds: fault.retryAfter || 60 });
  return fault.message || text("fault.other", { request: fault.request });
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
