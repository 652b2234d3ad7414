// Forms and buttons that ask the gateway: busy while they do, with the fault where it failed.
import { useState } from "preact/hooks";

export interface Acting {
  act: (event?: Event) => void;
  busy: boolean;
  fault: unknown;
}

/** Returns a handler that does `work` once at a time. */
export function useAct(work: () => Promise<void>): Acting {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const act = (event?: Event): void => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    setFault(null);
    void work()
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  return { act, busy, fault };
}
