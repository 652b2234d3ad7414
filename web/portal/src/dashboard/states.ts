// The states and union territories as tiles: where each stands in a grid that resembles the country.
import english from "../shared/messages/en.json";

export type Code = (typeof PLACES)[number][0];

export interface State {
  code: Code;
  column: number;
  row: number;
}

// [code, column, row]
const PLACES = [
  ["LA", 3, 1],
  ["JK", 2, 1],
  ["PB", 2, 2],
  ["HP", 3, 2],
  ["CH", 2, 3],
  ["HR", 3, 3],
  ["UK", 4, 2],
  ["RJ", 2, 4],
  ["DL", 3, 4],
  ["UP", 4, 4],
  ["BR", 5, 4],
  ["SK", 6, 3],
  ["AR", 8, 3],
  ["AS", 7, 4],
  ["NL", 8, 4],
  ["GJ", 1, 5],
  ["MP", 3, 5],
  ["CG", 4, 5],
  ["JH", 5, 5],
  ["WB", 6, 5],
  ["ML", 7, 5],
  ["MN", 8, 5],
  ["DD", 1, 6],
  ["MH", 2, 6],
  ["TS", 3, 6],
  ["OD", 5, 6],
  ["TR", 7, 6],
  ["MZ", 8, 6],
  ["GA", 2, 7],
  ["KA", 3, 7],
  ["AP", 4, 7],
  ["KL", 3, 8],
  ["TN", 4, 8],
  ["PY", 5, 8],
  ["LD", 1, 8],
  ["AN", 7, 8],
] as const;

export const STATES: State[] = PLACES.map(([code, column, row]) => ({ code, column, row }));
const BY_NAME = new Map(STATES.map((one) => [comparable(english[`state.${one.code}`]), one]));

/** Returns the state of a name as records may spell it in English. */
export function stateOf(name: string): State | undefined {
  return BY_NAME.get(comparable(name));
}

function comparable(name: string): string {
  return name.toLowerCase().replaceAll("&", "and").replace(/[^a-z]/g, "");
}
