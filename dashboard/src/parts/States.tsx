// What is shown while an answer is awaited, where there is none, and where there was an error.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { phrase } from "../format/phrase.ts";

export function Loading({ what = "Reading the index" }: { what?: string }) {
  return (
    <p className="loading" role="status">
      {what} …
    </p>
  );
}

/** @param children why there is nothing, and what would change that */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div className="failed" role="alert">
      <p>This could not be read: {messageOf(error)}.</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Shows the answer of a query, or why there is none yet. An old answer stays while a newer one fails. */
export function Answered<T>({ query, children }: { query: UseQueryResult<T>; children: (answer: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  return <Loading />;
}

/** Without a full stop at its end: the sentence that it stands in has one. */
export function messageOf(error: unknown): string {
  return phrase(error instanceof Error ? error.message : String(error));
}
