// The words of the pages. A text that a language lacks is shown in English, and marked so for screen readers.
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import translations from "translations";
import english from "./messages/en.json";
import hindi from "./messages/hi.json";

export type Message = keyof typeof english;
type Messages = Partial<Record<Message, string>>;
type Values = Record<string, string | number>;

// Further languages: a file in messages/, and a line here.
const MESSAGES: Record<string, Messages> = { en: english, hi: hindi };
const KEPT = "language";

export const LANGUAGES = Object.keys(translations);

export interface Language {
  /** BCP 47, such as `hi`. */
  tag: string;
  /** As the GraphQL enum has it, such as `HI`. */
  code: string;
  rtl: boolean;
  choose: (tag: string) => void;
}

const Chosen = createContext<Language>({ tag: "en", code: "EN", rtl: false, choose: () => undefined });

export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [tag, choose] = useState(first);
  const translation = translations[tag];
  const language = { tag, code: translation?.code ?? "EN", rtl: translation?.rtl ?? false, choose };
  useEffect(() => {
    document.documentElement.lang = tag;
    document.documentElement.dir = language.rtl ? "rtl" : "ltr";
    keep(tag);
  }, [tag, language.rtl]);
  return <Chosen.Provider value={language}>{children}</Chosen.Provider>;
}

export function useLanguage(): Language {
  return useContext(Chosen);
}

/** Returns the text of a message in the chosen language, with `{name}` replaced. */
export function useMessages(): (message: Message, values?: Values) => string {
  const { tag } = useLanguage();
  return (message, values) => filled(MESSAGES[tag]?.[message] ?? english[message], values);
}

/** Returns a label of the printed certificate, such as `vaccine` or `full`, in the chosen language. */
export function useLabels(): (label: string, values?: Values) => string {
  const { tag } = useLanguage();
  return (label, values) =>
    filled(translations[tag]?.labels[label] ?? translations["en"]?.labels[label] ?? label, values);
}

/** Returns a language's own name, as its readers look for it. */
export function nameOf(tag: string): string {
  const own = new Intl.DisplayNames([tag, "en"], { type: "language", fallback: "none" }).of(tag);
  return own ?? translations[tag]?.english ?? tag;
}

export function filled(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function first(): string {
  const asked = new URLSearchParams(location.search).get("language")?.toLowerCase();
  const wanted = [asked, kept(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.find((tag): tag is string => tag != null && tag in translations) ?? "en";
}

// A browser may forbid storage; then the choice lasts as long as the page.
function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(tag: string): void {
  try {
    localStorage.setItem(KEPT, tag);
  } catch {
    return;
  }
}
