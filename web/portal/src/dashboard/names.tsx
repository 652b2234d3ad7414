// What the values of a table are called in the reader's language.
import type { ComponentChildren } from "preact";
import translations from "translations";
import { Label, type Message, nameOf, useLanguage, useMessages } from "../shared/language.tsx";
import { numbers } from "./figures.ts";
import { stateOf } from "./states.ts";

const GENDERS: Record<string, string> = { Male: "male", Female: "female", Other: "other_gender" };
const SAID: Record<string, Message> = {
  other: "dashboard.other",
  direct: "dashboard.direct",
  unknown: "dashboard.unknown",
  share: "dashboard.share",
  digilocker: "dashboard.total.digilocker",
  "aarogya-setu": "dashboard.total.aarogyaSetu",
  PROVISIONAL: "dashboard.provisional",
  FINAL: "dashboard.final",
  PRECAUTION: "dashboard.precaution",
};

export type Naming = (table: string, key: string) => ComponentChildren;

/** Returns a function that names a value of a table. */
export function useNames(): Naming {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  return (table, key) => {
    const said = SAID[key];
    if (said) return text(said);
    if (table === "state") return stateOf(key) ? text(`state.${stateOf(key)!.code}`) : key;
    if (table === "language") return <LanguageName code={key} />;
    if (table === "dose") return told(Number(key));
    if (table === "gender" && GENDERS[key]) return <Label of={GENDERS[key]} />;
    return key;
  };
}

function LanguageName({ code }: { code: string }) {
  const tag = Object.keys(translations).find((one) => translations[one]?.code === code);
  return tag ? <bdi lang={tag}>{nameOf(tag)}</bdi> : <>{code}</>;
}
