// Names and what belongs to them, as a list that screen readers tell as one.
import type { ComponentChildren } from "preact";

export function Facts({ facts }: { facts: (readonly [ComponentChildren, ComponentChildren])[] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
