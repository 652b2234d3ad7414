// What a certificate can be shown by: the camera, a picture, PDF or file that is chosen or dropped, pasted text.
import { useState } from "preact/hooks";
import { useMessages } from "../shared/language.tsx";

interface InputsProps {
  /** Whether there are keys to check with. */
  ready: boolean;
  onFile: (file: File) => void;
  onText: (text: string) => void;
  onCamera: () => void;
}

export function Inputs({ ready, onFile, onText, onCamera }: InputsProps) {
  const text = useMessages();
  const given = (files: FileList | null | undefined): void => {
    const [file] = files ?? [];
    if (file && ready) onFile(file);
  };
  return (
    <>
      <p>{text("verify.intro")}</p>
      <div
        class="sheet drop"
        data-ready={ready}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          given(event.dataTransfer?.files);
        }}
      >
        <p>
          <button class="main" onClick={onCamera} disabled={!ready}>
            {text("verify.scan")}
          </button>
        </p>
        <label class="field">
          <span>{text("verify.file")}</span>
          <input
            type="file"
            disabled={!ready}
            accept="image/*,application/pdf,application/json,.json"
            onChange={(event) => given(event.currentTarget.files)}
          />
        </label>
      </div>
      <Pasted ready={ready} onText={onText} />
      <p class="quiet">{text("verify.private")}</p>
    </>
  );
}

function Pasted({ ready, onText }: Pick<InputsProps, "ready" | "onText">) {
  const text = useMessages();
  const [given, setGiven] = useState("");
  return (
    <details>
      <summary>{text("verify.paste")}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onText(given);
        }}
      >
        <label class="field">
          <span>{text("verify.text")}</span>
          <textarea rows={5} required value={given} onInput={(event) => setGiven(event.currentTarget.value)} />
        </label>
        <button disabled={!ready}>{text("verify.check")}</button>
      </form>
    </details>
  );
}
