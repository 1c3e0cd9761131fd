// A proposal's state as the governor tells it.
/** Of OpenZeppelin's `IGovernor.ProposalState`, in its order. */
const STATES = [
  ["pending", "the vote has not begun"],
  ["active", "being voted on"],
  ["canceled", "taken back before the vote"],
  ["defeated", "too few votes for it, or no quorum"],
  ["succeeded", "carried: anyone may queue it"],
  ["queued", "carried: it waits in the timelock"],
  ["expired", "was not executed in time"],
  ["executed", "its calls were made"],
] as const;

export const ACTIVE = 1;
export const SUCCEEDED = 4;
export const QUEUED = 5;

export function stateOf(state: number): { name: string; meaning: string } {
  const [name, meaning] = STATES[state] ?? ["unknown", "of a newer governor"];
  return { name, meaning };
}

/** The first line of a description, which anyone may have written. */
export function titleOf(description: string): string {
  const line = description
    .split("\n", 1)[0]!
    .replace(/^#+\s*/, "")
    .trim();
  if (line === "") return "Without a title";
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
