// How far a transaction is, said as it changes.
import { count } from "../format/amount.ts";
import { Hash } from "../parts/Hex.tsx";
import type { Failure, Mined, Step, TransactionState } from "./call.ts";

/** Always there, so that a screen reader hears each change. */
export function TransactionNote({ state }: { state: TransactionState }) {
  return (
    <div className="transaction" data-at={state.at}>
      <div role="status">
        <Progress state={state} />
      </div>
      <div role="alert">{state.at === "ended" && <Ended step={state.step} failure={state.failure} />}</div>
      {(state.at === "mined" || state.at === "ended") && <MinedList mined={state.mined} />}
    </div>
  );
}

function Progress({ state }: { state: TransactionState }) {
  switch (state.at) {
    case "rest":
    case "ended":
      return null;
    case "trial":
      return <p>{named(state.step)}: trying it without sending it …</p>;
    case "signature":
      return <p>{named(state.step)}: waiting for your signature. Confirm in the wallet.</p>;
    case "pending":
      return (
        <p>
          {named(state.step)}: sent, waiting to be mined. <Hash hex={state.hash} what="transaction" />
        </p>
      );
    case "mined":
      return (
        <p>
          <strong>Done.</strong> {state.mined.length === 1 ? "The transaction was" : "All transactions were"} mined.
        </p>
      );
  }
}

function named({ number, of, what }: Step): string {
  const capital = what.charAt(0).toUpperCase() + what.slice(1);
  return of === 1 ? capital : `${capital} (${number} of ${of})`;
}

function Ended({ step, failure }: { step: Step; failure: Failure }) {
  const hash = failure.kind === "refused" ? undefined : failure.hash;
  return (
    <p className="failed">
      {failure.kind === "refused" && `${named(step)}: you declined in the wallet. Nothing was sent.`}
      {failure.kind === "reverted" && `${named(step)}: the contract refuses it, as ${failure.reason}.`}
      {failure.kind === "failed" && `${named(step)}: it failed. ${failure.reason}.`}
      {hash === undefined ? (
        failure.kind === "reverted" && " Nothing was sent."
      ) : (
        <>
          {" "}
          <Hash hex={hash} what="transaction" />
        </>
      )}
    </p>
  );
}

function MinedList({ mined }: { mined: readonly Mined[] }) {
  if (mined.length === 0) return null;
  return (
    <ul className="mined" aria-label="Mined transactions">
      {mined.map(({ what, hash, block }) => (
        <li key={hash}>
          {what}: block {count(block)}, transaction <Hash hex={hash} what="transaction" />
        </li>
      ))}
    </ul>
  );
}
