// Texts as Python's `re` and `str` understand them, which the gateway's checks are written in.

const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** Returns a pattern of Python's, which must fit a text as a whole. */
export function pythonPattern(source: string): RegExp {
  const [dotAll, plain] = source.startsWith("(?s)") ? ["s", source.slice(4)] : ["", source];
  const inClass = plain.replace(/\[[^\]]*\]/g, (found) => found.replaceAll("\\s", SPACES));
  return new RegExp(`^(?:${inClass.replaceAll("\\S", `[^${SPACES}]`)})$`, `u${dotAll}`);
}

/** A text that holds what Python, or JavaScript, takes for a space. */
export const SPACED = new RegExp(`[\\s${SPACES}]`, "u");

const AROUND = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "gu");

export function strip(text: string): string {
  return text.replace(AROUND, "");
}
