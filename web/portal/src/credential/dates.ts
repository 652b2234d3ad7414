// Dates and times as certificates write them (credential/verification/dates.py).

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const PARTIAL_DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const DAY_MINUTES = 24 * 60;

export const SKEW = 300_000_000n;
/** Microseconds by which clocks may differ. */

export function isDate(value: unknown): boolean {
  return typeof value === "string" && midnight(value) !== undefined;
}

export function isPartialDate(value: unknown): boolean {
  return typeof value === "string" && PARTIAL_DATE.test(value) && isDate(`${value}-01-01`.slice(0, 10));
}

export function isDateTime(value: unknown): boolean {
  return typeof value === "string" && moment(value) !== undefined;
}

/** Returns an XML Schema dateTime with offset as microseconds since 1970, undefined where it is none. */
export function moment(text: string): bigint | undefined {
  const [, day, hour, minute, second = "0", fraction = "", sign, ahead = "0", minutesAhead = "0"] =
    DATE_TIME.exec(text) ?? [];
  const start = day === undefined ? undefined : midnight(day);
  if (start === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = Number(ahead) * 60 + Number(minutesAhead);
  if (offset >= DAY_MINUTES) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - (sign === "-" ? -offset : offset);
  const seconds = start / 1000 + minutes * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

export function microseconds(at: Date): bigint {
  return BigInt(at.getTime()) * 1000n;
}

export function iso(at: bigint): string {
  return new Date(Number(at / 1000n)).toISOString();
}

function midnight(day: string): number | undefined {
  const [year, month, date] = (DATE.exec(day) ?? []).slice(1).map(Number);
  if (!year || !month || !date) return undefined;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, date);
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === date ? at.getTime() : undefined;
}
