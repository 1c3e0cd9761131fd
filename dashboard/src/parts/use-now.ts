// The present, for what counts seconds.
import { useEffect, useState } from "react";

/** Milliseconds since 1970, renewed each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
