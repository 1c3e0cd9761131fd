// What was asked and answered, where the viewer has it, and the check of the receipt that covers both.
import { useId, useState } from "react";
import type { Hex } from "viem";
import type { KeptAnswer } from "../../check/check-receipt.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { CheckIt } from "../../parts/check/CheckIt.tsx";
import { Section } from "../../parts/Section.tsx";
import { messageOf } from "../../parts/States.tsx";
import { readKept } from "./kept.ts";
import { Marked } from "./Marked.tsx";
import type { Span } from "./spans.ts";

interface WordsProps {
  id: Hex;
  kept: KeptAnswer | undefined;
  /** Of the answer. */
  spans: readonly Span[];
  onKept: (kept: KeptAnswer) => void;
  /** Of the texts that are shown, once they are found to be those of the receipt. */
  onCovered: (kept: KeptAnswer | undefined) => void;
}

export function Words({ id, kept, spans, onKept, onCovered }: WordsProps) {
  const chain = useCheckChain();
  return (
    <Section title="What was asked and answered">
      {kept === undefined ? (
        <p>
          Only hashes are published, so the text is with whoever asked. If that is you, open the file that you kept with
          the receipt: it is read in your browser and sent nowhere.
        </p>
      ) : (
        <>
          <h3>Prompt</h3>
          {kept.prompt === undefined ? (
            <p className="none">not in the file</p>
          ) : (
            <Marked text={kept.prompt} spans={[]} />
          )}
          <h3>Answer</h3>
          {kept.answer === undefined ? (
            <p className="none">not in the file</p>
          ) : (
            <Marked text={kept.answer} spans={spans} />
          )}
          {/* Another file is another check, though the receipt is the same. */}
          <CheckIt
            key={JSON.stringify(kept)}
            what={`the receipt of these texts ${id}`}
            isImmediate
            run={async (onStep) => {
              const { checkReceipt } = await import("../../check/check-receipt.ts");
              return checkReceipt(chain, id, kept, onStep);
            }}
            onResult={(result) => onCovered(result?.found && kept)}
          />
        </>
      )}
      <OpenFile onKept={onKept} isOther={kept !== undefined} />
    </Section>
  );
}

function OpenFile({ onKept, isOther }: { onKept: (kept: KeptAnswer) => void; isOther: boolean }) {
  const id = useId();
  const [problem, setProblem] = useState("");
  return (
    <p>
      <label htmlFor={id}>{isOther ? "Open another kept file" : "Open the kept file"} (.json)</label>{" "}
      <input
        id={id}
        type="file"
        accept="application/json,.json"
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file === undefined) return;
          file.text().then(
            (text) => {
              try {
                onKept(readKept(text));
                setProblem("");
              } catch (error) {
                setProblem(messageOf(error));
              }
            },
            (error: unknown) => setProblem(messageOf(error)),
          );
        }}
      />
      <span id={`${id}-problem`} role="status">
        {problem}
      </span>
    </p>
  );
}
