// The states as tiles, laid out as the country lies: each a button that tells name and figure, by touch and key, too.
import { useState } from "preact/hooks";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { numbers, type Row } from "./figures.ts";
import { type Code, type State, stateOf, STATES } from "./states.ts";

const LEVELS = 4;

export function StateMap({ rows }: { rows: Row[] }) {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  const [chosen, setChosen] = useState<Code | null>(null);
  const values = valuesOf(rows);
  const most = Math.max(1, ...values.values());
  const said = (code: Code): string => {
    const value = values.get(code);
    return `${text(`state.${code}`)}: ${value ? told(value) : text("dashboard.few")}`;
  };
  return (
    <>
      <p role="status">{chosen ? <strong>{said(chosen)}</strong> : text("dashboard.mapHint")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={text("dashboard.map")}>
        <ul class="tiles">
          {STATES.map((state) => (
            <Tile
              state={state}
              value={values.get(state.code) ?? 0}
              most={most}
              name={said(state.code)}
              chosen={state.code === chosen}
              onChosen={setChosen}
            />
          ))}
        </ul>
      </div>
    </>
  );
}

interface TileProps {
  state: State;
  value: number;
  most: number;
  name: string;
  chosen: boolean;
  onChosen: (code: Code) => void;
}

function Tile({ state: { code, column, row }, value, most, name, chosen, onChosen }: TileProps) {
  const shorter = useShorter();
  return (
    <li style={{ gridColumn: column, gridRow: row }}>
      <button
        class={`level${level(value, most)}`}
        title={name}
        aria-label={name}
        aria-pressed={chosen}
        onClick={() => onChosen(code)}
        onFocus={() => onChosen(code)}
      >
        <strong>{code}</strong>
        <br />
        <span class="amount">{value ? shorter(value) : "<10"}</span>
      </button>
    </li>
  );
}

/** A state may stand under several spellings. */
function valuesOf(rows: Row[]): Map<Code, number> {
  const values = new Map<Code, number>();
  for (const { key, value } of rows) {
    const code = stateOf(key)?.code;
    if (code) values.set(code, (values.get(code) ?? 0) + (value ?? 0));
  }
  return values;
}

/** Returns 0 for none told, up to 4 for the most; steps of the square root, for states differ a hundredfold. */
function level(value: number, most: number): number {
  return value ? Math.max(1, Math.ceil(Math.sqrt(value / most) * LEVELS)) : 0;
}

// Lakh and crore, as tiles are narrow.
function useShorter(): (value: number) => string {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  return (value) => {
    if (value >= 10_000_000) return text("dashboard.crore", { number: told(Math.floor(value / 1_000_000) / 10) });
    if (value >= 100_000) return text("dashboard.lakh", { number: told(Math.floor(value / 10_000) / 10) });
    return told(value);
  };
}
