// The state of a thing: a word with a colour, never a colour alone.
import { words } from "../format/shorten.ts";

const TONES: Record<string, "good" | "warn" | "bad"> = {
  accepted: "good",
  finalized: "good",
  ready: "good",
  usable: "good",
  pending: "warn",
  open: "warn",
  committed: "warn",
  under_review: "warn",
  collecting: "warn",
  proposed: "warn",
  rejected: "bad",
  ended: "bad",
  expired: "bad",
  voided: "bad",
};

/** Where the contracts' word is not the reader's. */
const WORDS: Record<string, string> = { finalized: "final" };

export function Status({ of: state }: { of: string }) {
  return (
    <span className="status" data-tone={TONES[state] ?? "plain"}>
      {WORDS[state] ?? words(state)}
    </span>
  );
}
