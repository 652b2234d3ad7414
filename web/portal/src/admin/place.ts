// Which section the address names, and what of it: `#audit`, `#certificate/ID`.
import { useEffect, useState } from "preact/hooks";

/** The address behind `#`, in parts. */
export function usePlace(): string[] {
  const [place, setPlace] = useState(placeOf);
  useEffect(() => {
    const read = () => setPlace(placeOf());
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return place;
}

function placeOf(): string[] {
  return location.hash.slice(1).split("/").map(decodeURIComponent);
}
