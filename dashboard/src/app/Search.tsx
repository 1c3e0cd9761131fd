// Leads from an id, an address or a receipt to its page.
import { useId, useState } from "react";
import { useNavigate } from "react-router";
import { destinations, type Destination } from "./destinations.ts";

export function Search() {
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [choices, setChoices] = useState<readonly Destination[]>([]);
  const [problem, setProblem] = useState("");
  const go = ({ to }: Destination): void => {
    setText("");
    setChoices([]);
    void navigate(to);
  };
  return (
    <search>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          const found = destinations(text);
          setProblem(found.length === 0 ? "Not an id, an address or a receipt" : "");
          if (found.length === 1) go(found[0]!);
          else setChoices(found);
        }}
      >
        <label className="unseen" htmlFor={id}>
          Id, address or receipt
        </label>
        <input
          id={id}
          type="search"
          value={text}
          placeholder="Id, address or receipt"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-problem`}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit">Find</button>
      </form>
      <p id={`${id}-problem`} className="problem" role="status">
        {problem}
      </p>
      {choices.length > 1 && (
        <ul className="choices" aria-label="What has this id">
          {choices.map((choice) => (
            <li key={choice.to}>
              <button type="button" onClick={() => go(choice)}>
                {choice.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
