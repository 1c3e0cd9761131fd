// A text that anyone may have written: as text, and cut where it is long, with a button that shows all of it.
import { type ReactNode, useId, useState } from "react";
import { count } from "../format/amount.ts";
import { cut } from "../format/cut.ts";

interface CutProps {
  text: string;
  /** Characters that are shown at once. */
  most: number;
  /** Shows as much of it as it is given. */
  children: (shown: string) => ReactNode;
}

export function Cut({ text, most, children }: CutProps) {
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  if (text.length <= most) return children(text);
  return (
    <>
      <span id={id}>{children(isWhole ? text : cut(text, most))}</span>{" "}
      <button
        type="button"
        className="more"
        aria-expanded={isWhole}
        aria-controls={id}
        onClick={() => setWhole(!isWhole)}
      >
        {isWhole ? "Show less" : `Show all ${count(text.length)} characters`}
      </button>
    </>
  );
}

export function Foreign({ text, most }: { text: string; most: number }) {
  return (
    <Cut text={text} most={most}>
      {(shown) => <span className="foreign">{shown}</span>}
    </Cut>
  );
}
