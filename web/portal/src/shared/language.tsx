// The words of the pages: messages in languages of messages/, in English for all others, and labels of the printed
// certificate in every language that it is printed in.
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import translations from "translations";
import english from "./messages/en.json";
import hindi from "./messages/hi.json";
import { NAMES } from "./languageNames.ts";

export type Message = keyof typeof english;
type Messages = Record<Message, string>;
type Values = Record<string, string | number>;

// Further languages: a file in messages/, and a line here.
const MESSAGES: Record<string, Messages> = { en: english, hi: hindi };
const KEPT = "language";

/** English and Hindi first, then by script and alphabet. */
export const LANGUAGES = Object.keys(translations).sort(
  (one, other) => rank(one) - rank(other) || nameOf(one).localeCompare(nameOf(other), "en"),
);
/** For a choice among them: the tag, the language's own name, and that this name is in it. */
export const LANGUAGE_OPTIONS = LANGUAGES.map((tag) => [tag, nameOf(tag), tag] as const);

export interface Language {
  /** BCP 47, such as `hi`: of messages, dates and numbers. */
  tag: string;
  /** What was chosen, `tag` or a language that there are labels in alone. */
  chosen: string;
  rtl: boolean;
  choose: (tag: string) => void;
}

const Chosen = createContext<Language>({ tag: "en", chosen: "en", rtl: false, choose: () => undefined });

export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [chosen, choose] = useState(first);
  const tag = chosen in MESSAGES ? chosen : "en";
  const rtl = translations[tag]?.rtl ?? false;
  useEffect(() => {
    document.documentElement.lang = tag;
    document.documentElement.dir = direction(rtl);
    keep(chosen);
  }, [chosen]);
  return <Chosen.Provider value={{ tag, chosen, rtl, choose }}>{children}</Chosen.Provider>;
}

export function useLanguage(): Language {
  return useContext(Chosen);
}

/** Returns the text of a message in the chosen language, with `{name}` replaced. */
export function useMessages(): (message: Message, values?: Values) => string {
  const { tag } = useLanguage();
  return (message, values) => filled((MESSAGES[tag] ?? english)[message], values);
}

/** Returns a label of the printed certificate, such as `vaccine` or `full`, in the chosen language. */
export function useLabels(): (label: string, values?: Values) => string {
  const { chosen } = useLanguage();
  return (label, values) =>
    filled(translations[chosen]?.labels[label] ?? translations["en"]?.labels[label] ?? label, values);
}

/** A label, marked with its language where the page speaks another. */
export function Label({ of }: { of: string }) {
  const label = useLabels();
  const { tag, chosen } = useLanguage();
  if (tag === chosen) return <>{label(of)}</>;
  return (
    <span lang={chosen} dir={direction(translations[chosen]?.rtl)}>
      {label(of)}
    </span>
  );
}

/** Returns a language's own name, as its readers look for it. */
export function nameOf(tag: string): string {
  return NAMES[tag] ?? translations[tag]?.english ?? tag;
}

/** Returns the code of a language as the GraphQL enum has it, such as `HI`. */
export function codeOf(tag: string): string {
  return translations[tag]?.code ?? "EN";
}

function rank(tag: string): number {
  return tag in MESSAGES ? Object.keys(MESSAGES).indexOf(tag) : Infinity;
}

function direction(rtl?: boolean): "rtl" | "ltr" {
  return rtl ? "rtl" : "ltr";
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
