// The calls of an agent, out of the settled receipts that the indexer's operator keeps.
import { Link } from "react-router";
import type { StatedAgent } from "../../check/check-agent.ts";
import { useConfig } from "../../data/config.ts";
import { useIndexed } from "../../data/indexed.ts";
import { OpeningError, useOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { CheckAgent } from "../../parts/check/CheckAgent.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { NotAllKept } from "../../parts/NotAllKept.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { When } from "../../parts/When.tsx";
import { plural, shorten } from "../../format/shorten.ts";
import { paths } from "../../paths.ts";
import { FINAL_EPOCHS } from "../position/queries.ts";

/** As `/openings/agent/<registry>/<id>` serves it. */
interface AgentCalls extends StatedAgent {
  readonly epochs: readonly number[];
  /** Whether no newer epoch is final, and none between two of these. */
  readonly isComplete: boolean;
}

/** Sums of the rows that are shown and checked. */
function callsOf(settlements: AgentCalls["settlements"]): number {
  return settlements.reduce((sum, { calls }) => sum + calls, 0);
}

function feesOf(settlements: AgentCalls["settlements"]): bigint {
  return settlements.reduce((sum, { fees }) => sum + BigInt(fees), 0n);
}

export function Calls({ agentId }: { agentId: string }) {
  const { deployment } = useConfig();
  const epochs = useIndexed(FINAL_EPOCHS);
  const asOf = epochs.data?.payoutRoots.items[0]?.epochId;
  const path = `agent/${deployment.addresses.AgentRegistry}/${agentId}`;
  const query = useOpening<AgentCalls>(path, !epochs.isPending, asOf);
  return (
    <Section title="Its calls">
      {query.error instanceof OpeningError && query.error.status === 404 ? (
        <Empty>
          {query.error.message}. {query.error.hint}
        </Empty>
      ) : (
        <Answered query={query}>
          {({ epochs, isComplete, settlements, newest }) => (
            <>
              <p>
                <strong>{plural(callsOf(settlements), "call")}</strong> for <Amount of={feesOf(settlements)} />, in the
                newest final epochs that this indexer keeps, {count(epochs.length)} in all{" "}
                <Provenance
                  label="detectable"
                  because="counted by the indexer over all receipts of the settlements; below your browser counts them again, from the roots on the chain"
                />
                . That they are the agent’s, the gateway attests in its receipts: it has asked the registry whether the
                payer is the agent’s owner or wallet <Provenance label="attested" because="by the gateway" />.
                {!isComplete && <NotAllKept what="these calls and fees" />}
              </p>
              <DataTable
                caption="Calls by settlement"
                rows={settlements}
                keyOf={({ settlement }) => settlement}
                empty="No receipt of these epochs names it."
                columns={[
                  { header: "Epoch", cell: ({ epoch }) => <Link to={paths.epoch(String(epoch))}>Epoch {epoch}</Link> },
                  { header: "Settlement", cell: ({ settlement }) => settlement },
                  { header: "Model version", cell: ({ modelVersion }) => modelVersion },
                  { header: "Calls", numeric: true, cell: (row) => count(row.calls) },
                  { header: "Fees", numeric: true, cell: (row) => <Amount of={row.fees} /> },
                ]}
              />
              {settlements.length > 0 && <CheckAgent agentId={agentId} stated={{ settlements, newest }} />}
              {newest.length > 0 && (
                <DataTable
                  caption="The newest calls"
                  rows={newest}
                  keyOf={({ receipt }) => receipt}
                  empty=""
                  columns={[
                    {
                      header: "Answer",
                      cell: ({ receipt }) => <Link to={paths.answer(receipt)}>{shorten(receipt)}</Link>,
                    },
                    { header: "Paid", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
                    { header: "Issued", cell: ({ issuedAt }) => <When at={String(issuedAt)} /> },
                  ]}
                />
              )}
            </>
          )}
        </Answered>
      )}
    </Section>
  );
}
