// The words for checks and their reasons, by code. Further languages: a file in messages/ that has them all, and a line.
import type { CheckCode, Reason } from "../credential/index.ts";
import { useLanguage } from "../shared/language.tsx";
import english from "./messages/en.json";
import hindi from "./messages/hi.json";

interface Words {
  checks: Record<CheckCode, string>;
  reasons: Record<Reason, string>;
}

const WORDS: Record<string, Words> = { en: english, hi: hindi };

export interface Said {
  /** The language that it is said in. */
  lang: string;
  check: (code: CheckCode) => string;
  /** A check's message; the gateway's are English sentences instead of codes. */
  reason: (message: string) => { text: string; lang: string };
}

export function useWords(): Said {
  const { tag } = useLanguage();
  const lang = tag in WORDS ? tag : "en";
  const { checks, reasons } = WORDS[lang] ?? english;
  return {
    lang,
    check: (code) => checks[code],
    reason: (message) =>
      message in reasons ? { text: reasons[message as Reason], lang } : { text: message, lang: "en" },
  };
}
