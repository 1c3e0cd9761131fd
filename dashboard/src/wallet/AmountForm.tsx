// A form that takes an amount of OPEN, and has the whole of what there is filled in on request.
import { useId, useState } from "react";
import { plainAmount } from "../format/amount.ts";
import { Amount } from "../parts/Amount.tsx";
import { parseAmount } from "./parse-amount.ts";

interface AmountFormProps {
  label: string;
  action: string;
  /** Most that it can be, base units. */
  most: bigint;
  /** What `most` is, such as "in the wallet". */
  mostIs: string;
  isDisabled: boolean;
  onSubmit: (amount: bigint) => void;
}

export function AmountForm({ label, action, most, mostIs, isDisabled, onSubmit }: AmountFormProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const amount = parseAmount(text);
        if (amount === undefined) setProblem("Give a number of OPEN above zero, such as 12.5");
        else if (amount > most) setProblem(`There is less than that ${mostIs}`);
        else {
          setProblem("");
          onSubmit(amount);
        }
      }}
    >
      <label>
        {label}, in OPEN
        <input
          value={text}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={problem !== ""}
          aria-describedby={`${id}-most ${id}-problem`}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="button" disabled={most === 0n} onClick={() => setText(plainAmount(most))}>
        All
      </button>
      <button type="submit" className="primary" disabled={isDisabled || most === 0n}>
        {action}
      </button>
      <p id={`${id}-most`} className="quiet">
        <Amount of={most} /> {mostIs}
      </p>
      <p id={`${id}-problem`} className="problem" role="status">
        {problem}
      </p>
    </form>
  );
}
