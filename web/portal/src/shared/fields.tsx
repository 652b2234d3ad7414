// What forms are made of.

/** What is asked of a text. */
export interface InputRules {
  type?: "text" | "password" | "tel" | "date" | "number";
  name?: string;
  required?: boolean;
  pattern?: string;
  placeholder?: string;
  autocomplete?: "off" | "tel" | "one-time-code";
  inputMode?: "numeric";
  min?: number;
  maxLength?: number;
}

interface InputProps extends InputRules {
  label: string;
  /** Whether it is the one to write into when it appears. */
  focused?: boolean;
  value: string;
  onValue: (value: string) => void;
}

export function Input({ label, focused, value, onValue, ...rest }: InputProps) {
  const rules = rest as { type?: "text" }; // Preact's types want one type of input, not one of several
  return (
    <label class="field">
      <span>{label}</span>
      <input {...rules} ref={focused ? focus : null} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    </label>
  );
}

function focus(input: HTMLInputElement | null): void {
  input?.focus();
}

interface ChoiceProps {
  label: string;
  value: string;
  /** Value, what is shown, and in which language where that is another than the page's. */
  options: (readonly [string, string, string?])[];
  onValue: (value: string) => void;
}

export function Choice({ label, value, options, onValue }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([one, shown, tag]) => (
          <option value={one} lang={tag}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}
