// An instant in universal time, with how long ago it was or how far off it is.
import { duration, instant } from "../format/time.ts";

export function When({ at }: { at: bigint | string }) {
  const text = instant(at);
  const seconds = Date.now() / 1_000 - Number(at);
  const distance = seconds >= 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
  return (
    <time dateTime={text.replace(" UTC", "Z").replace(" ", "T")} title={distance}>
      {text}
    </time>
  );
}
