// The fee of an answer followed to each position, as a picture and as a table.
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import { count, percent } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Picture } from "../../parts/charts/Picture.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { paths } from "../../paths.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { FeeFlow } from "./FeeFlow.tsx";
import type { Payment, Payments } from "./payments.ts";

export function Fee({ payments }: { payments: Payments }) {
  const { price, direct, data, byRecords, toRecords } = payments;
  const rows: Payment[] = [...direct, ...byRecords];
  const moved = toRecords - data;
  const owners = useOwners(rows.flatMap(({ position }) => (position === undefined ? [] : [position])));
  return (
    <Section title="Where the fee went">
      <p>
        Of <Amount of={price} /> the data's part is <Amount of={data} />. It joined its epoch's pool, which was divided
        by the net points of all calls; this call's points brought <Amount of={toRecords} /> to{" "}
        {count(byRecords.length)} {byRecords.length === 1 ? "position" : "positions"}
        {moved !== 0n && (
          <>
            {" "}
            (<Amount of={moved < 0n ? -moved : moved} /> {moved < 0n ? "less" : "more"} than its part: what records lose
            by answers they hurt goes to the others)
          </>
        )}
        .{" "}
        <Provenance label="proven" because="recomputed from the receipt, the version's split and the opened payouts" />
      </p>
      <Picture caption="How the fee of this call went">
        <FeeFlow payments={payments} />
      </Picture>
      <DataTable
        caption="Who was paid for this answer"
        rows={rows}
        keyOf={({ to, position, account, records }) => `${to} ${position} ${account} ${records}`}
        empty="Nobody was paid."
        columns={[
          {
            header: "Paid to",
            cell: ({ to, records }) => (records === undefined ? to : `${to} (${plural(records, "record")})`),
          },
          {
            header: "Position or account",
            cell: ({ position, account }) =>
              position === undefined ? (
                <Account address={account!} />
              ) : (
                <Link to={paths.position(String(position))}>position {String(position)}</Link>
              ),
          },
          {
            header: "Who has it now",
            cell: ({ position }) => {
              const owner = position === undefined ? undefined : owners.data?.get(position);
              if (owner !== undefined) return <Account address={owner} />;
              return position === undefined ? "" : owners.isError ? "could not be read" : "…";
            },
          },
          { header: "Amount", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
          { header: "Of the price", numeric: true, cell: ({ amount }) => percent(amount, price) },
        ]}
      />
    </Section>
  );
}

/** Whose the positions are: the chain says so, and a position may be sold. */
function useOwners(positions: readonly bigint[]): UseQueryResult<ReadonlyMap<bigint, string>> {
  return useOnChain(["owners of", ...positions.map(String)], async ({ reader, addresses }) => {
    const contract = { address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi } as const;
    const owners = positions.map((position) =>
      reader.readContract({ ...contract, functionName: "ownerOf", args: [position] }),
    );
    return new Map((await Promise.all(owners)).map((owner, i) => [positions[i]!, owner]));
  });
}
