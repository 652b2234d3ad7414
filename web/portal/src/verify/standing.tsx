// What there is to verify with, how new it is, and whether the gateway can be asked for newer.
import { useEffect, useState } from "preact/hooks";
import { asOf, type Kept } from "../credential/index.ts";
import { moment } from "../shared/dates.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { keptBefore, renewed } from "./keeping.ts";

const RENEW_MS = 5 * 60 * 1000;

/** Whether the gateway answered, was not reached, or answered with an error. */
type Reach = "answered" | "noConnection" | "fault";

/** Fetches what is new, and status lists by their numbers; undefined where the gateway cannot be asked. */
export type Renew = (numbers?: number[]) => Promise<Kept | undefined>;

/** Returns what is kept, renewed whenever the gateway is there, and whether it is. */
export function useKept(): { kept: Kept | undefined; reach: Reach; renew: Renew } {
  const [kept, setKept] = useState<Kept | undefined>();
  const [reach, setReach] = useState<Reach>(navigator.onLine ? "answered" : "noConnection");
  const renew: Renew = async (numbers = []) => {
    try {
      const newest = await renewed(numbers);
      setKept(newest);
      setReach("answered");
      return newest;
    } catch (fault) {
      setReach(fault instanceof TypeError ? "noConnection" : "fault"); // so does `fetch` reject without a network
      return undefined;
    }
  };
  useEffect(() => {
    const again = (): void => void renew();
    const gone = (): void => setReach("noConnection");
    void keptBefore().then((before) => setKept((now) => now ?? before));
    again();
    const timer = setInterval(again, RENEW_MS);
    addEventListener("online", again);
    addEventListener("offline", gone);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
      removeEventListener("offline", gone);
    };
  }, []);
  return { kept, reach, renew };
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
