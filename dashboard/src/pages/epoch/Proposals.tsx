// What was proposed for an epoch, and how each proposal was challenged and ended.
import { duration } from "../../format/time.ts";
import { words } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import type { EpochRow } from "./EpochPage.tsx";

type Proposal = NonNullable<EpochRow["proposals"]>["items"][number];

export function Proposals({ proposals, now }: { proposals: readonly Proposal[]; now: number }) {
  const faults = proposals.flatMap(({ proposal, provenFaults }) =>
    (provenFaults?.items ?? []).map((fault) => ({ proposal, ...fault })),
  );
  const demands = proposals.flatMap(({ proposal, demands: of }) =>
    (of?.items ?? []).map((demand) => ({ proposal, ...demand })),
  );
  return (
    <>
      <Section title="Proposals">
        <DataTable
          caption="Proposals, in their order"
          rows={proposals}
          keyOf={({ proposal }) => String(proposal)}
          empty="Nobody has proposed how to divide this epoch yet; anyone may, under a bond."
          columns={[
            { header: "Proposal", numeric: true, cell: ({ proposal }) => proposal },
            { header: "State", cell: ({ status }) => <Status of={status} /> },
            { header: "Proposer", cell: ({ proposer }) => <Account address={proposer} /> },
            { header: "Bond", numeric: true, cell: ({ bond }) => <Amount of={bond} /> },
            { header: "Proposed", cell: ({ proposedAt }) => <When at={proposedAt} /> },
            { header: "Challenge window", cell: (proposal) => <Window of={proposal} now={now} /> },
            { header: "Ended by", cell: (proposal) => <End of={proposal} /> },
            { header: "Bundle", cell: ({ bundleHash }) => <Hash hex={bundleHash} what="bundle" /> },
          ]}
        />
      </Section>
      <Section title="Challenges">
        <DataTable
          caption="Faults that were proven on the chain"
          rows={faults}
          keyOf={({ id }) => id}
          empty={
            <>
              No fault was proven against a proposal of this epoch. <Provenance label="provable" />
            </>
          }
          columns={[
            { header: "Proposal", numeric: true, cell: ({ proposal }) => proposal },
            { header: "What was wrong", cell: ({ kind }) => words(kind) },
            { header: "Proven by", cell: ({ prover }) => <Account address={prover} /> },
            { header: "When", cell: ({ at }) => <When at={at} /> },
          ]}
        />
        <DataTable
          caption="Nodes that were demanded"
          rows={demands}
          keyOf={({ id }) => id}
          empty="Nobody demanded to see a node of a proposal: its bundle was there."
          columns={[
            { header: "Proposal", numeric: true, cell: ({ proposal }) => proposal },
            { header: "Of the tree", cell: ({ tree }) => words(tree) },
            { header: "State", cell: ({ status }) => <Status of={status} /> },
            { header: "Demanded by", cell: ({ demander }) => <Account address={demander} /> },
            { header: "When", cell: ({ demandedAt }) => <When at={demandedAt} /> },
            { header: "To be answered until", cell: ({ deadline }) => <When at={deadline} /> },
          ]}
        />
      </Section>
    </>
  );
}

function Window({ of: { status, finalizableAt }, now }: { of: Proposal; now: number }) {
  const left = Number(finalizableAt) - now;
  if (status !== "pending") return <>over</>;
  return left > 0 ? <strong>open for {duration(left)} more</strong> : <>over: it can be finalised</>;
}

function End({ of: { endedBy, endedAt, reward, rewardTo, burned } }: { of: Proposal }) {
  if (endedBy === null || endedAt === null) return <>not ended</>;
  return (
    <>
      {words(endedBy)}, <When at={endedAt} />
      {reward !== null && rewardTo !== null && (
        <>
          : <Amount of={reward} /> to <Account address={rewardTo} />, <Amount of={burned ?? "0"} /> burned
        </>
      )}
    </>
  );
}
