// What the sections are made of.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessages } from "../shared/language.tsx";

const FEW = 3; // columns that a phone shows without scrolling

interface TableProps {
  name: string;
  columns: string[];
  rows: ComponentChildren[][];
}

export function Table({ name, columns, rows }: TableProps) {
  const text = useMessages();
  if (rows.length === 0) return <p class="quiet">{text("admin.nothing")}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={name}>
      <table class={columns.length > FEW ? "many" : undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DialogProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
}

/** A dialog in front of all else; the Escape key closes it, too. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}
