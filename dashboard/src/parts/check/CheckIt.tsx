// "Check it yourself": runs a check in the browser, and shows what was expected and found at each step.
import type { CheckStep, StepSource, TellStep } from "@tributary/protocol/check-steps";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { NotKept } from "../../check/not-served.ts";
import type { CheckResult, CheckStatus, Statement } from "../../check/result.ts";
import { Link } from "react-router";
import { type ChosenNode, useChosenNode } from "../../data/check-chain.ts";
import { OpeningError } from "../../data/openings.ts";
import { useStanding } from "../../data/standing.ts";
import { count } from "../../format/amount.ts";
import { paths } from "../../paths.ts";
import { NodeName } from "../NodeName.tsx";
import { Provenance } from "../Provenance.tsx";
import { messageOf } from "../States.tsx";
import "../../styles/check.css";
import { groupsOf, type StepGroup } from "./steps.ts";

interface CheckItProps<Found> {
  /** What is checked, such as "what position 7 may claim". */
  what: string;
  /** Of what nobody can end on the chain, but anybody show to be wrong: by what. */
  because?: string;
  run: (onStep: TellStep) => Promise<CheckResult<Found>>;
  /** Whether the chain says something else by now: what was shown is withdrawn when this becomes true. */
  isOutdated?: boolean;
  /** Runs at once, and again when it is another check. */
  isImmediate?: boolean;
  onResult?: (result: CheckResult<Found> | undefined) => void;
  /** Shown with what was found to hold. */
  children?: (found: Found) => ReactNode;
}

type State<Found> =
  /** `isOutdated`: what was checked, or by what, is not the same any more. */
  | { at: "rest"; isOutdated: boolean }
  | { at: "work"; steps: number }
  /** `choice`: the node that was read. */
  | { at: "end"; result: CheckResult<Found>; choice: NodeChoice }
  | { at: "failure"; error: unknown; choice: NodeChoice };

type NodeChoice = ChosenNode["choice"];

const VERDICTS: Record<CheckStatus, string> = {
  proven: "Proven: every step holds",
  attested: "Attested: every step holds, and rests on a signature",
  refused: "Refused: what was served does not fit the chain",
};
const SOURCES: Record<StepSource, string> = {
  chain: "read from the chain",
  opening: "opened before",
  computed: "computed here",
  viewer: "what you asked for",
};

export function CheckIt<Found>({
  what,
  because,
  run,
  isOutdated = false,
  isImmediate = false,
  onResult,
  children,
}: CheckItProps<Found>) {
  const { choice, chain, key: node } = useChosenNode();
  const standing = useStanding();
  const [state, setState] = useState<State<Found>>({ at: "rest", isOutdated: false });
  const latest = useRef(0);
  const start = (): void => {
    const turn = ++latest.current;
    const tell = (next: State<Found>): void => {
      if (turn !== latest.current) return;
      setState(next);
      if (next.at !== "work") onResult?.(next.at === "end" ? next.result : undefined);
    };
    let steps = 0;
    tell({ at: "work", steps });
    // Which chain the node is of is asked with each check: it may have been switched since the last one.
    const checked = chain.reader.getChainId().then(() => run(() => tell({ at: "work", steps: ++steps })));
    checked.then(
      (result) => tell({ at: "end", result, choice }),
      (error: unknown) => tell({ at: "failure", error, choice }),
    );
  };
  const rest = (): void => {
    setState(({ at }) => ({ at: "rest", isOutdated: at !== "rest" }));
    onResult?.(undefined);
  };
  useEffect(() => {
    if (standing === undefined) return;
    if (isImmediate) start();
    return () => {
      latest.current++;
      rest();
    };
    // A check is known by what it checks, by what that rests on, and by who is asked.
  }, [isImmediate, what, standing, node]);

  useEffect(() => {
    if (isOutdated) rest();
  }, [isOutdated]);

  const isWorking = state.at === "work";
  return (
    <div className="check" data-status={state.at === "end" ? state.result.status : state.at}>
      <p className="check-head">
        <button type="button" onClick={start} disabled={isWorking}>
          {state.at === "rest" ? "Check it yourself" : "Check it again"}
          <span className={isImmediate ? "unseen" : undefined}>: {what}</span>
        </button>{" "}
        {state.at === "rest" &&
          (because === undefined ? (
            <Provenance label="provable" />
          ) : (
            <Provenance label="detectable" because={because} />
          ))}{" "}
        {state.at === "rest" && choice.kind !== "configured" && (
          <span className="quiet">
            It reads the chain <NodeName of={choice} />. <Link to={paths.node()}>Choose another</Link>
          </span>
        )}
      </p>
      <div role="status">
        {isWorking && (
          <p>
            <progress aria-label={`Checking ${what}`} /> {count(state.steps)} steps hold so far …
          </p>
        )}
        {state.at === "rest" && state.isOutdated && (
          <p>What the chain says, or who is asked for it, has changed since this was checked.</p>
        )}
        {state.at === "end" && <Verdict result={state.result} choice={state.choice} />}
      </div>
      {state.at === "failure" && (
        <p className="failed" role="alert">
          {isNotKept(state.error) ? "It cannot be checked here" : "Nothing was shown"}, neither that it holds nor that
          it does not: {messageOf(state.error)}. The chain was to be read <NodeName of={state.choice} />, and no other
          was asked. <Link to={paths.node()}>Choose another node</Link>
        </p>
      )}
      {state.at === "end" && state.result.found !== undefined && children?.(state.result.found)}
      {state.at === "end" && <Details result={state.result} />}
    </div>
  );
}

function isNotKept(error: unknown): boolean {
  return error instanceof NotKept || (error instanceof OpeningError && error.isNotKept);
}

function Verdict({ result: { status, steps }, choice }: { result: CheckResult<unknown>; choice: NodeChoice }) {
  const wrong = steps.find(({ holds }) => !holds);
  return (
    <p className="verdict" data-status={status}>
      <Provenance label={status} /> <strong>{VERDICTS[status]}</strong> ({count(steps.length)}{" "}
      {steps.length === 1 ? "step" : "steps"}). Your browser read the chain itself, <NodeName of={choice} />
      {choice.kind === "configured" && (
        <>
          {" "}
          (<Link to={paths.node()}>choose another</Link>)
        </>
      )}
      {wrong === undefined ? "." : `. At fault is ${wrong.what}: found ${wrong.found}, expected ${wrong.expected}.`}
    </p>
  );
}

function Details({ result }: { result: CheckResult<unknown> }) {
  const groups = groupsOf(result.steps);
  return (
    <>
      {result.status !== "refused" && (
        <>
          <Statements title="Attested, not proven" statements={result.attested} verb="rests on" />
          <Statements title="Not shown by this check" statements={result.beyond} verb="shown by" />
        </>
      )}
      <details>
        <summary>Each step ({count(result.steps.length)})</summary>
        {groups.map((group) => (
          <Group key={group.title} group={group} isOpen={groups.length === 1} />
        ))}
      </details>
    </>
  );
}

function Statements({ title, statements, verb }: { title: string; statements: readonly Statement[]; verb: string }) {
  const id = useId();
  if (statements.length === 0) return null;
  return (
    <>
      <h3 id={id}>{title}</h3>
      <ul aria-labelledby={id}>
        {statements.map(({ what, by }) => (
          <li key={what}>
            {what}: {verb} {by}.
          </li>
        ))}
      </ul>
    </>
  );
}

/** Rows are made when the group is opened: a call's check has thousands. */
function Group({ group: { title, steps }, isOpen }: { group: StepGroup; isOpen: boolean }) {
  const [wasOpened, setOpened] = useState(isOpen);
  const wrong = steps.filter(({ holds }) => !holds).length;
  return (
    <details open={isOpen || wrong > 0} onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}>
      <summary>
        {title}:{" "}
        {wrong === 0 ? `all ${count(steps.length)} steps hold` : `${count(wrong)} of ${count(steps.length)} steps fail`}
      </summary>
      {(wasOpened || wrong > 0) && <Steps title={title} steps={steps} />}
    </details>
  );
}

function Steps({ title, steps }: { title: string; steps: readonly CheckStep[] }) {
  return (
    <div className="table steps" role="region" aria-label={`Steps: ${title}`} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {["What", "Expected", "Found", "Holds"].map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map(({ what, expected, found, holds, source }, i) => (
            <tr key={i} data-holds={holds}>
              <td data-header="What">{what}</td>
              <td data-header="Expected">
                <code>{expected}</code> <span className="quiet">({SOURCES[source]})</span>
              </td>
              <td data-header="Found">
                <code>{found}</code>
              </td>
              <td data-header="Holds">{holds ? "yes" : "no"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
