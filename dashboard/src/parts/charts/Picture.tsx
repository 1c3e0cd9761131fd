// A picture that keeps its size where the page is narrower: it is moved sideways, by finger or keys, and says so.
import type { ReactNode } from "react";

export function Picture({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <>
      <p className="sideways" aria-hidden="true">
        Wider than this page: move it sideways.
      </p>
      <div className="picture" role="region" aria-label={`Picture: ${caption}`} tabIndex={0}>
        {children}
      </div>
    </>
  );
}
