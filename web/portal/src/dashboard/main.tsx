// Certificates in figures, for everybody; with ?embed=1 for a frame in another page.
import { useEffect, useState } from "preact/hooks";
import { moment } from "../shared/dates.ts";
import { Frame, mount, Problem } from "../shared/frame.tsx";
import { type Message, useLanguage, useMessages } from "../shared/language.tsx";
import { Bars } from "./bars.tsx";
import { type Figures, numbers, read, tableOf } from "./figures.ts";
import { StateMap } from "./map.tsx";
import { useNames } from "./names.tsx";
import { Trend } from "./trend.tsx";
import "./dashboard.css";

const DIMENSIONS = ["state", "vaccine", "dose", "stage", "gender", "ageBand", "language", "channel"] as const;
const EMBEDDED = new URLSearchParams(location.search).get("embed") === "1";

function Dashboard() {
  const text = useMessages();
  const [figures, setFigures] = useState<Figures | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => void read().then(setFigures, setFault), []);
  return (
    <Frame title="dashboard.title" wide bare={EMBEDDED}>
      <Problem fault={fault} />
      {!figures && !fault && <p role="status">{text("busy")}</p>}
      {figures && <Tables figures={figures} />}
    </Frame>
  );
}

function Tables({ figures }: { figures: Figures }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const name = useNames();
  return (
    <>
      <p class="quiet">
        {figures.asOf ? text("dashboard.asOf", { time: moment(figures.asOf, tag) }) : text("dashboard.nothing")}{" "}
        {text("dashboard.rounded")}
      </p>
      <Totals figures={figures} />
      <Trend title={text("dashboard.issuedByDay")} rows={tableOf(figures, "issuedByDay")} />
      <Trend title={text("dashboard.accessedByDay")} rows={tableOf(figures, "accessedByDay")} />
      <section class="sheet">
        <h2>{text("dashboard.map")}</h2>
        <StateMap rows={tableOf(figures, "state")} />
      </section>
      <div class="halves">
        {DIMENSIONS.map((table) => (
          <Bars title={text(`dashboard.${table}`)} rows={tableOf(figures, table)} name={(key) => name(table, key)} />
        ))}
      </div>
      <p class="row">
        <a class="button" href="/figures.csv" download="figures.csv">
          {text("dashboard.csv")}
        </a>
        <a class="button" href="/figures.json" download="figures.json">
          {text("dashboard.json")}
        </a>
      </p>
    </>
  );
}

function Totals({ figures }: { figures: Figures }) {
  const text = useMessages();
  const told = numbers(useLanguage().tag);
  return (
    <dl class="figures">
      {tableOf(figures, "total").map(({ key, value }) => (
        <div>
          <dt>{text(`dashboard.total.${key}` as Message)}</dt>
          <dd>{value === null ? text("dashboard.few") : told(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

mount(Dashboard);
