// What can be said of the attribution index of a version.
export interface IndexRow {
  status: string;
  usableAt: string;
}

export type IndexState = "none" | "pending" | "usable";

/** @param now Unix seconds */
export function indexState(index: IndexRow | null | undefined, now = Date.now() / 1_000): IndexState {
  if (index === null || index === undefined || index.status !== "committed") return "none";
  return Number(index.usableAt) <= now ? "usable" : "pending";
}
