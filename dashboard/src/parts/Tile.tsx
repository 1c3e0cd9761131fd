// One number that matters, with what it is and what stands behind it.
import type { ReactNode } from "react";

export function Tiles({ children }: { children: ReactNode }) {
  return <div className="tiles">{children}</div>;
}

export function Tile({ name, children, note }: { name: string; children: ReactNode; note?: ReactNode }) {
  return (
    <div className="tile">
      <p className="name">{name}</p>
      <p className="value">{children}</p>
      {note !== undefined && <p className="note">{note}</p>}
    </div>
  );
}
