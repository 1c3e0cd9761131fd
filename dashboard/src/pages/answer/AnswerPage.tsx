// The page of an answer: who was paid for it, how much, because of which records, and whether that is proven.
import { useState } from "react";
import { Link, useParams } from "react-router";
import { type Hex, isHash } from "viem";
import type { CheckedAnswer, ServedCall } from "../../check/check-answer.ts";
import type { KeptAnswer } from "../../check/check-receipt.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { OpeningError, useOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { CheckIt } from "../../parts/check/CheckIt.tsx";
import { Amount } from "../../parts/Amount.tsx";
import { Hash } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Failed, Loading } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { Fee } from "./Fee.tsx";
import { useServedAnswer } from "./kept.ts";
import { paymentsOf, type Payments } from "./payments.ts";
import { ReceiptFacts } from "./ReceiptFacts.tsx";
import { Records } from "./Records.tsx";
import { Words } from "./Words.tsx";
import { useAnswerSpans } from "./use-answer-spans.ts";

export function Component() {
  const { receiptId = "" } = useParams();
  const id = receiptId.toLowerCase();
  if (!isHash(id)) return <NoReceipt id={receiptId} />;
  return <Answer key={id} id={id} />;
}

function Answer({ id }: { id: Hex }) {
  const served = useOpening<ServedCall>(`call/${id}`);
  const [opened, setOpened] = useState<KeptAnswer>();
  const [found, setFound] = useState<CheckedAnswer>();
  const atServer = useServedAnswer(id);
  const kept = opened ?? atServer;
  const [covered, setCovered] = useState<KeptAnswer>();
  // Of texts that the receipt does not cover, nothing is said.
  const answer = covered === kept ? kept?.answer : undefined;
  const spans = useAnswerSpans(found?.call.records, answer);
  return (
    <Page title="An answer, and who was paid for it">
      <p>
        Receipt <Hash hex={id} what="receipt" />
      </p>
      {served.data !== undefined ? (
        <Attribution id={id} served={served.data} onFound={setFound} />
      ) : served.isError ? (
        <NoAttribution error={served.error} again={() => void served.refetch()} />
      ) : (
        <Loading what="Reading the openings of this answer" />
      )}
      <Words id={id} kept={kept} spans={spans} onKept={setOpened} onCovered={setCovered} />
      {found !== undefined && (
        <>
          <Records records={found.call.records} answer={answer} />
          <Fee payments={paymentsOf(found)} />
          <ReceiptFacts found={found} />
        </>
      )}
    </Page>
  );
}

function NoReceipt({ id }: { id: string }) {
  return (
    <Page title="No answer has this address">
      <p>
        An answer is known by its receipt's hash, which is <code>0x</code> and 64 hex digits; <code>{id}</code> is not
        one. Whoever asked has it in the file that was kept with the answer, and it can be put into the search box
        above.
      </p>
      <p>
        <Link to={paths.epochs()}>All epochs</Link> · <Link to={paths.overview()}>Overview</Link>
      </p>
    </Page>
  );
}

interface AttributionProps {
  id: Hex;
  served: ServedCall;
  onFound: (found: CheckedAnswer | undefined) => void;
}

/** What is said of payments is what the check found to hold, never what was served. */
function Attribution({ id, served, onFound }: AttributionProps) {
  const chain = useCheckChain();
  return (
    <Section title="Check it yourself">
      <CheckIt
        what={`this answer ${id}`}
        isImmediate
        run={async (onStep) => {
          const { checkAnswer } = await import("../../check/check-answer.ts");
          return checkAnswer(chain, id, served, onStep);
        }}
        onResult={(result) => onFound(result?.found)}
      >
        {(found) => <Sentence found={found} payments={paymentsOf(found)} />}
      </CheckIt>
    </Section>
  );
}

function Sentence({ found: { call, epoch }, payments }: { found: CheckedAnswer; payments: Payments }) {
  const { price, data, direct, byRecords, toRecords } = payments;
  const first = call.records.find(({ list }) => list === "helpful");
  const [best] = byRecords;
  return (
    <p className="sentence">
      For this answer <Amount of={price} /> was paid. <Amount of={data} /> of it went to the data and was shared out in{" "}
      <Link to={paths.epoch(String(epoch))}>epoch {String(epoch)}</Link>
      {toRecords === data ? ":" : " together with that of other calls: this one brought"} <Amount of={toRecords} /> to{" "}
      {count(byRecords.length)} {byRecords.length === 1 ? "position" : "positions"} of contributors
      {best !== undefined && (
        <>
          , most to <Link to={paths.position(String(best.position))}>position {String(best.position)}</Link> (
          <Amount of={best.amount} />)
        </>
      )}
      {first !== undefined && (
        <>
          , because of the records that helped it, first of all{" "}
          <Link to={paths.record(String(first.contributionId), first.recordIndex)}>
            record {count(first.recordIndex)} of contribution {String(first.contributionId)}
          </Link>
        </>
      )}
      . {direct.length > 0 && `The rest went to ${plural(direct.length, "other")}: ${namesOf(direct)}. `}
      These amounts are <Provenance label="proven" />; that the sketches behind them are true gradients is{" "}
      <Provenance label="attested" />.
    </p>
  );
}

/** `treasury, curator of a datanet (2)`. */
function namesOf(payments: readonly { to: string }[]): string {
  const named = Map.groupBy(payments, ({ to }) => to);
  return Array.from(named, ([name, { length }]) => (length === 1 ? name : `${name} (${length})`)).join(", ");
}

function NoAttribution({ error, again }: { error: unknown; again: () => void }) {
  if (!(error instanceof OpeningError) || error.status !== 404) return <Failed error={error} again={again} />;
  return (
    <Section title={error.isNotKept ? "Who was paid cannot be said here" : "Who was paid is not known here"}>
      <p role="status">
        {error.message}. {error.hint}
      </p>
      <p>
        {!error.isNotKept && (
          <>
            An answer is attributed when its gateway has settled it and its <Link to={paths.epochs()}>epoch</Link> is
            final.{" "}
          </>
        )}
        Where its epoch is final and not kept here, another operator’s indexer may say. What you hold of it can be
        checked at once, below.
      </p>
    </Section>
  );
}
