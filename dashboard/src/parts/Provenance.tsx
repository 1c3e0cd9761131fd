// The label that says what stands behind a number, in the words of the documentation.
import { useId } from "react";

const MEANINGS = {
  enforced:
    "A contract checks it in the transaction: the wrong value cannot get in. What is shown of it is as the indexer tells it.",
  proven: "Your browser has recomputed it from what is published and compared it with the chain.",
  provable: "A wrong value can get in, and anyone can end it on the chain within the challenge window by a proof.",
  detectable: "A wrong value can get in and stay; anyone can show from public data that it is wrong.",
  attested: "Signed by named parties; nothing public can confirm or refute it.",
  judged: "Decided by a vote of staked parties under published rules.",
  trusted: "Neither checked nor signed by several: it rests on one party's honesty.",
  refused: "Your browser has recomputed it, and it does not fit what is on the chain.",
} as const;

export type ProvenanceLabel = keyof typeof MEANINGS;

/** @param because what it rests on here, such as "by the till that divided the fee" */
export function Provenance({ label, because }: { label: ProvenanceLabel; because?: string }) {
  const id = useId();
  return (
    <span className="provenance" data-label={label}>
      <button type="button" popoverTarget={id} aria-label={`${label}: what this means`}>
        {label}
      </button>
      <span id={id} popover="auto" role="note" className="meaning">
        <strong>{label}.</strong> {MEANINGS[label]}
        {because !== undefined && ` Here: ${because}.`}
      </span>
    </span>
  );
}
