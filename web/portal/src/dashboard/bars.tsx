// A dimension's values as bars, largest first: a table whose figures are drawn, too.
import type { ComponentChildren } from "preact";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { numbers, type Row } from "./figures.ts";

interface BarsProps {
  title: string;
  rows: Row[];
  name: (key: string) => ComponentChildren;
}

export function Bars({ title, rows, name }: BarsProps) {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  const most = Math.max(1, ...rows.map(({ value }) => value ?? 0));
  return (
    <section class="sheet">
      <table class="bars">
        <caption>
          <h2>{title}</h2>
        </caption>
        <tbody>
          {rows.map(({ key, value }) => (
            <tr>
              <th scope="row">{name(key)}</th>
              <td>
                {value !== null && <span class="bar" style={{ inlineSize: `${(value / most) * 100}%` }} />}
                {value === null ? text("dashboard.few") : told(value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
