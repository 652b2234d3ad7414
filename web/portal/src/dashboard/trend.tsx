// A figure by day, as a chart and as the table behind it.
import { day } from "../shared/dates.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { numbers, type Row } from "./figures.ts";

const [WIDTH, HEIGHT] = [720, 200];

export function Trend({ title, rows }: { title: string; rows: Row[] }) {
  const text = useMessages();
  const { tag, rtl } = useLanguage();
  const told = numbers(tag);
  const peak = rows.reduce<Row | null>((most, row) => ((row.value ?? 0) > (most?.value ?? 0) ? row : most), null);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first || !last) return null;
  const summary = peak
    ? text("dashboard.peak", { value: told(peak.value ?? 0), day: day(peak.key, tag) })
    : text("dashboard.noPeak");
  return (
    <section class="sheet">
      <h2>{title}</h2>
      <p class="quiet">{summary}</p>
      {peak && (
        <>
          <svg class="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}. ${summary}`}>
            {rows.map(({ value }, number) => bar(rtl ? rows.length - 1 - number : number, rows.length, value ?? 0, peak.value ?? 1))}
            <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} class="base" />
          </svg>
          <p class="ends quiet" aria-hidden="true">
            <span>{day(first.key, tag)}</span>
            <span>{day(last.key, tag)}</span>
          </p>
        </>
      )}
      <details>
        <summary>{text("dashboard.asTable")}</summary>
        <div class="scroll long" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text("dashboard.day")}</th>
                <th scope="col">{text("dashboard.count")}</th>
              </tr>
            </thead>
            <tbody>
              {[...rows].reverse().map(({ key, value }) => (
                <tr>
                  <th scope="row">{day(key, tag)}</th>
                  <td>{value === null ? text("dashboard.few") : told(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function bar(place: number, count: number, value: number, most: number) {
  const step = WIDTH / count;
  const height = (value / most) * (HEIGHT - 4);
  return <rect x={place * step + 1} y={HEIGHT - height} width={step - 2} height={height} />;
}
