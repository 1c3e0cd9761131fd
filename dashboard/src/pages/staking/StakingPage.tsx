// Pools of stake, and what the connected account has in them.
import { Link, useSearchParams } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { bpsPercent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { OwnStake } from "./OwnStake.tsx";
import { PoolName } from "./PoolName.tsx";
import { POOLS } from "./queries.ts";

const KINDS = ["validator", "attributor", "gateway", "model"] as const;
type Kind = (typeof KINDS)[number];

export function Component() {
  return (
    <Page title="Staking">
      <p className="lead">
        Validators, attributors and gateways answer with OPEN for what they sign and vote; whoever stakes with them
        earns and is slashed with them. Stake on a model earns a part of its fees and is never slashed. What a slash
        takes is <Provenance label="enforced" />.
      </p>
      <WalletFrame>{(wallet) => wallet.account !== undefined && <OwnStake wallet={wallet} />}</WalletFrame>
      <Section title="Pools">
        <Pools />
      </Section>
    </Page>
  );
}

function Pools() {
  const [search, setSearch] = useSearchParams();
  const kind = KINDS.find((each) => each === search.get("kind"));
  const pools = useIndexed(POOLS, { where: kind === undefined ? {} : { kind }, ...usePaging() });
  return (
    <>
      <label className="ordering">
        Show{" "}
        <select
          value={kind ?? ""}
          onChange={({ target: { value } }) =>
            setSearch(value === "" ? {} : { kind: value as Kind }, { preventScrollReset: true })
          }
        >
          <option value="">all</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {each}s
            </option>
          ))}
        </select>
      </label>
      <Answered query={pools}>
        {({ stakePools: { items, totalCount } }) => (
          <>
            <DataTable
              caption="Pools, most staked first"
              rows={items}
              keyOf={({ id }) => id}
              empty="There is no such pool yet. An operator opens one; anyone may open a model’s."
              columns={[
                { header: "Pool", cell: ({ id }) => <Link to={paths.pool(id)}>Pool {id}</Link> },
                { header: "Of", cell: (pool) => <PoolName pool={pool} /> },
                { header: "Staked", numeric: true, cell: ({ stake }) => <Amount of={stake} /> },
                { header: "On its way out", numeric: true, cell: ({ unbonding }) => <Amount of={unbonding} /> },
                { header: "Slashed so far", numeric: true, cell: ({ slashed }) => <Amount of={slashed} /> },
                { header: "Commission", numeric: true, cell: ({ commissionBps }) => bpsPercent(commissionBps) },
              ]}
            />
            <Paging total={totalCount} label="pools" />
          </>
        )}
      </Answered>
    </>
  );
}
