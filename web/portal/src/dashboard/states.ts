// The states and union territories as tiles: where each stands in a grid that resembles the country, [code, name, column, row].
export const STATES: readonly (readonly [string, string, number, number])[] = [
  ["LA", "Ladakh", 3, 1],
  ["JK", "Jammu and Kashmir", 2, 1],
  ["PB", "Punjab", 2, 2],
  ["HP", "Himachal Pradesh", 3, 2],
  ["CH", "Chandigarh", 2, 3],
  ["HR", "Haryana", 3, 3],
  ["UK", "Uttarakhand", 4, 2],
  ["RJ", "Rajasthan", 2, 4],
  ["DL", "Delhi", 3, 4],
  ["UP", "Uttar Pradesh", 4, 4],
  ["BR", "Bihar", 5, 4],
  ["SK", "Sikkim", 6, 3],
  ["AR", "Arunachal Pradesh", 8, 3],
  ["AS", "Assam", 7, 4],
  ["NL", "Nagaland", 8, 4],
  ["GJ", "Gujarat", 1, 5],
  ["MP", "Madhya Pradesh", 3, 5],
  ["CG", "Chhattisgarh", 4, 5],
  ["JH", "Jharkhand", 5, 5],
  ["WB", "West Bengal", 6, 5],
  ["ML", "Meghalaya", 7, 5],
  ["MN", "Manipur", 8, 5],
  ["DD", "Dadra and Nagar Haveli and Daman and Diu", 1, 6],
  ["MH", "Maharashtra", 2, 6],
  ["TS", "Telangana", 3, 6],
  ["OD", "Odisha", 5, 6],
  ["TR", "Tripura", 7, 6],
  ["MZ", "Mizoram", 8, 6],
  ["GA", "Goa", 2, 7],
  ["KA", "Karnataka", 3, 7],
  ["AP", "Andhra Pradesh", 4, 7],
  ["KL", "Kerala", 3, 8],
  ["TN", "Tamil Nadu", 4, 8],
  ["PY", "Puducherry", 5, 8],
  ["LD", "Lakshadweep", 1, 8],
  ["AN", "Andaman and Nicobar Islands", 7, 8],
];

/** Returns a state's name as records may spell it, made comparable. */
export function comparable(name: string): string {
  return name.toLowerCase().replaceAll("&", "and").replace(/[^a-z]/g, "");
}
