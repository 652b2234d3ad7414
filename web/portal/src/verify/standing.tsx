// What there is to verify with, how new it is, and whether the gateway can be asked for newer.
import { useEffect, useState } from "preact/hooks";
import { asOf, type Kept } from "../credential/index.ts";
import { moment } from "../shared/dates.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { keptBefore, renewed } from "./keeping.ts";

const RENEW_MS = 5 * 60 * 1000;

/** Whether the gateway answered, was not reached, or answered with an error. */
type Reach = "answered" | "noConnection" | "fault";

/** Returns what is kept, renewed whenever the gateway is there, and whether it is. */
export function useKept(): { kept: Kept | undefined; reach: Reach } {
  const [kept, setKept] = useState<Kept | undefined>();
  const [reach, setReach] = useState<Reach>(navigator.onLine ? "answered" : "noConnection");
  useEffect(() => {
    const renew = async (): Promise<void> => {
      const before = await keptBefore();
      if (before) setKept(before);
      try {
        setKept(await renewed(before));
        setReach("answered");
      } catch (fault) {
        setReach(fault instanceof TypeError ? "noConnection" : "fault"); // so does `fetch` reject without a network
      }
    };
    const gone = (): void => setReach("noConnection");
    void renew();
    const timer = setInterval(renew, RENEW_MS);
    addEventListener("online", renew);
    addEventListener("offline", gone);
    return () => {
      clearInterval(timer);
      removeEventListener("online", renew);
      removeEventListener("offline", gone);
    };
  }, []);
  return { kept, reach };
}

export function Standing({ kept, reach }: { kept: Kept | undefined; reach: Reach }) {
  const text = useMessages();
  const { tag } = useLanguage();
  if (reach === "answered") return null;
  return (
    <p class="sheet" role="status">
      {text(`verify.${reach}`)}{" "}
      {kept ? text("verify.asOf", { time: moment(asOf(kept), tag) }) : text("verify.nothingKept")}
    </p>
  );
}
