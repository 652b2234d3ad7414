// The states as tiles: a list that reads well aloud, laid out as the country lies.
import { useLanguage, useMessages } from "../shared/language.tsx";
import { numbers, type Row } from "./figures.ts";
import { comparable, STATES } from "./states.ts";

const LEVELS = 4;

export function StateMap({ rows }: { rows: Row[] }) {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  const [chosenLabel, few] = [text("dashboard.map"), text("dashboard.few")];
  const values = new Map<string, number>();
  for (const { key, value } of rows) values.set(comparable(key), (values.get(comparable(key)) ?? 0) + (value ?? 0));
  const most = Math.max(1, ...STATES.map(([, name]) => values.get(comparable(name)) ?? 0));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={chosenLabel}>
      <ul class="tiles">
        {STATES.map(([code, name, column, row]) => {
          const value = values.get(comparable(name)) ?? 0;
          const shown = value ? told(value) : few;
          return (
            <li class={`level${level(value, most)}`} style={{ gridColumn: column, gridRow: row }} title={`${name}: ${shown}`}>
              <abbr title={name} aria-hidden="true">
                {code}
              </abbr>
              <span class="unseen">{name}: </span>
              <span class="amount">{value ? short(value, told) : "<10"}</span>
              <span class="unseen"> {shown}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Returns 0 for none told, up to 4 for the most; steps of the square root, for states differ a hundredfold. */
function level(value: number, most: number): number {
  return value ? Math.max(1, Math.ceil(Math.sqrt(value / most) * LEVELS)) : 0;
}

// Lakh and crore, as tiles are narrow.
function short(value: number, told: (value: number) => string): string {
  if (value >= 10_000_000) return `${told(Math.floor(value / 1_000_000) / 10)}Cr`;
  if (value >= 100_000) return `${told(Math.floor(value / 10_000) / 10)}L`;
  return told(value);
}
