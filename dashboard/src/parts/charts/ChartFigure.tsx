// A picture with its caption, and the same numbers as a table for who cannot or would rather not look at it.
import type { ReactNode } from "react";
import { Picture } from "./Picture.tsx";

export function ChartFigure({ caption, picture, table }: { caption: string; picture: ReactNode; table: ReactNode }) {
  return (
    <figure className="chart">
      <figcaption>{caption}</figcaption>
      <Picture caption={caption}>{picture}</Picture>
      <details>
        <summary>The same as a table</summary>
        {table}
      </details>
    </figure>
  );
}
