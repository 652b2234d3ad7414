// Days and moments as people in India read them: in Asia/Kolkata, in the language of the page.
const ZONE = "Asia/Kolkata";

export function day(text: string, tag: string): string {
  return format(text, tag, { dateStyle: "medium" });
}

export function moment(text: string, tag: string): string {
  return format(text, tag, { dateStyle: "medium", timeStyle: "short" });
}

function format(text: string, tag: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat([`${tag}-IN`, "en-IN"], { timeZone: ZONE, ...options }).format(new Date(text));
}
