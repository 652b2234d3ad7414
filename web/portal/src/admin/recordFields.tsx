// The fields of a record that are written by hand, for issuing and for correcting.
import { Input, type InputRules } from "../shared/fields.tsx";
import { type Message, useLabels, useMessages } from "../shared/language.tsx";

export type Values = Record<string, string>;

interface FieldOf extends InputRules {
  /** Where it stands in a record, such as `recipient.name`. */
  path: string;
  /** A label of the printed certificate, or a message of ours. */
  label: string | { message: Message };
}

const BIRTH = { pattern: "\\d{4}(-\\d{2}(-\\d{2})?)?", placeholder: "1990-06-15" };

/** What a correction can change. */
export const CHANGEABLE: FieldOf[] = [
  { path: "recipient.name", label: "name", required: true },
  { path: "recipient.dateOfBirth", label: "date_of_birth", ...BIRTH },
  { path: "recipient.gender", label: "gender" },
  { path: "vaccination.name", label: "vaccine", required: true },
  { path: "vaccination.manufacturer", label: "manufacturer", required: true },
  { path: "vaccination.batch", label: "batch", required: true },
  { path: "vaccination.date", label: "date", type: "date", required: true },
  { path: "vaccinator.name", label: "vaccinated_by" },
  { path: "facility.name", label: "vaccinated_at", required: true },
  { path: "facility.address.district", label: { message: "admin.district" } },
  { path: "facility.address.state", label: { message: "admin.region" } },
  { path: "facility.address.postalCode", label: { message: "admin.postalCode" } },
];

/** What a new record has besides. */
export const OF_NEW: FieldOf[] = [
  { path: "beneficiaryId", label: "beneficiary_id", required: true },
  { path: "recipient.mobile", label: { message: "certificates.mobile" }, type: "tel", required: true },
  { path: "recipient.age", label: "age", type: "number", min: 0 },
  { path: "vaccination.dose", label: "dose", type: "number", min: 1, required: true },
  { path: "vaccination.totalDoses", label: { message: "admin.totalDoses" }, type: "number", min: 1, required: true },
];

interface Props {
  fields: FieldOf[];
  values: Values;
  onValues: (values: Values) => void;
}

export function RecordFields({ fields, values, onValues }: Props) {
  const text = useMessages();
  const label = useLabels();
  return (
    <div class="fields">
      {fields.map(({ path, label: named, ...rest }) => (
        <Input
          {...rest}
          label={typeof named === "string" ? label(named) : text(named.message)}
          name={path}
          value={values[path] ?? ""}
          onValue={(value) => onValues({ ...values, [path]: value })}
        />
      ))}
    </div>
  );
}

interface Nested {
  [name: string]: string | number | Nested;
}

/** Returns values as a record has them: `recipient.name` becomes `{recipient: {name}}`. */
export function nested(values: Values): Nested {
  const whole: Nested = {};
  for (const [path, value] of Object.entries(values)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let place = whole;
    for (const name of names) place = (place[name] ??= {}) as Nested;
    place[last] = written(path, value.trim());
  }
  return whole;
}

function written(path: string, value: string): string | number {
  if (path === "vaccination.date") return `${value}T12:00:00+05:30`;
  return /\.(age|dose|totalDoses)$/.test(path) ? Number(value) : value;
}
