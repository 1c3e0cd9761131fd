// All positions, or those of one owner: who is paid, and how much.
import { Form, Link, useSearchParams } from "react-router";
import type { Address } from "viem";
import { useIndexed } from "../../data/indexed.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Account } from "../../parts/Hex.tsx";
import { Ordering, useOrdering } from "../../parts/Ordering.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Answered } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { StatementButton } from "../position/StatementButton.tsx";
import { PositionFor } from "../position/PositionFor.tsx";
import { POSITIONS } from "./queries.ts";

const ORDERS = {
  claimedTotal: "claimed",
  unclaimedAccrued: "waiting",
  accrued: "direct income",
  id: "newest",
} as const;
const ADDRESS = /^0x[0-9a-f]{40}$/i;

export function Component() {
  const [search] = useSearchParams();
  const owner = search.get("owner") ?? "";
  const isOwner = ADDRESS.test(owner);
  const where = isOwner ? { owner: owner.toLowerCase() } : {};
  const positions = useIndexed(POSITIONS, { where, ...usePaging(), ...useOrdering(ORDERS) });
  return (
    <Page title={isOwner ? "Positions of an address" : "Positions"}>
      <p className="lead">
        A position is the right to one stream of royalties: a contributor's in a datanet, a curator's, a developer's, or
        the treasury's. The protocol owes to positions; who owns one may claim, sell or share it.
      </p>
      <Form className="filter" role="search" aria-label="Positions of an address">
        <label>
          Owner <input name="owner" defaultValue={owner} key={owner} placeholder="0x…" pattern="0x[0-9a-fA-F]{40}" />
        </label>{" "}
        <button type="submit">Show</button> {isOwner && <Link to={paths.positions()}>all positions</Link>}
      </Form>
      {owner !== "" && !isOwner && (
        <p role="alert">
          <code>{owner}</code> is no address: it has to be 0x and 40 hexadecimal digits. These are all positions.
        </p>
      )}
      <Ordering orders={ORDERS} />
      <Answered query={positions}>
        {({ positions: { items, totalCount } }) => (
          <>
            <DataTable
              caption={isOwner ? `Positions of ${owner}` : "Positions"}
              rows={items}
              keyOf={({ id }) => id}
              empty={
                isOwner
                  ? "This address owns no position. A contributor gets one when the first contribution to a datanet is accepted."
                  : "There is no position yet."
              }
              columns={[
                { header: "Position", cell: ({ id }) => <Link to={paths.position(id)}>Position {id}</Link> },
                { header: "For", cell: (position) => <PositionFor position={position} /> },
                { header: "Owner", cell: (position) => <Account address={position.owner} /> },
                { header: "Claimed", numeric: true, cell: ({ claimedTotal }) => <Amount of={claimedTotal} /> },
                {
                  header: "of it by attribution",
                  numeric: true,
                  cell: ({ claimedAttributed }) => <Amount of={claimedAttributed} />,
                },
                { header: "Waiting, direct", numeric: true, cell: (row) => <Amount of={row.unclaimedAccrued} /> },
              ]}
            />
            <Paging total={totalCount} label="positions" />
            {isOwner && totalCount > 0 && (
              <StatementButton
                name={`tributary-${owner.toLowerCase()}`}
                of={{ owner: owner.toLowerCase() as Address }}
                label={`Statement of ${plural(totalCount, "position")} (CSV)`}
              />
            )}
          </>
        )}
      </Answered>
    </Page>
  );
}
