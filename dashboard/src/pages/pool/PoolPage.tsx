// A pool of stake: who is in it, what it earned, why it was slashed, and what the connected account can do with it.
import { Link } from "react-router";
import { NotFound } from "../../app/NotFound.tsx";
import { useConfig } from "../../data/config.ts";
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { useRouteId } from "../../data/route-id.ts";
import { bpsPercent, count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, SHORT_PAGE_SIZE, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { TokenAmount } from "../../parts/TokenAmount.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { PoolName } from "../staking/PoolName.tsx";
import { PoolActions } from "./PoolActions.tsx";
import { POOL } from "./queries.ts";
import { slashReason } from "./slash-reason.ts";

/** Names its pages in the address. */
const SLASHES_PAGE = "slashes";

type Answer = ResultOf<typeof POOL>;
type Pool = NonNullable<Answer["stakePool"]>;

export function Component() {
  const id = useRouteId();
  return id === undefined ? <NotFound /> : <PoolOf key={id} id={id} />;
}

function PoolOf({ id }: { id: string }) {
  const query = useIndexed(POOL, { id, ...usePaging(SLASHES_PAGE, SHORT_PAGE_SIZE) });
  if (query.data?.stakePool === null) return <NotFound what={`pool ${id}`} />;
  return (
    <Page title={`Pool ${id}`}>
      <Answered query={query}>
        {({ stakePool: pool, faults }) =>
          pool !== null && (
            <>
              <p className="lead">
                Stake on <PoolName pool={pool} />, since <When at={pool.openedAt} />.{" "}
                {pool.kind === "model"
                  ? "It earns a part of the model’s fees and is never slashed."
                  : "Everybody in it is slashed alike for what its operator does, and did before they joined."}{" "}
                <Link to={paths.staking()}>All pools</Link>
              </p>
              <PoolFacts pool={pool} />
              <Section title="With a wallet">
                <WalletFrame>
                  {(wallet) => (
                    <PoolActions
                      pool={pool}
                      tokens={pool.rewards?.items.map(({ token }) => token) ?? []}
                      wallet={wallet}
                    />
                  )}
                </WalletFrame>
              </Section>
              <Slashes pool={pool} faults={faults.items} />
              <Stakers pool={pool} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function PoolFacts({ pool }: { pool: Pool }) {
  return (
    <Facts>
      <Fact name="Staked">
        <Amount of={pool.stake} />
      </Fact>
      <Fact name="On its way out, still slashable">
        <Amount of={pool.unbonding} />
      </Fact>
      <Fact name="Slashed so far">
        <Amount of={pool.slashed} />
      </Fact>
      {pool.kind !== "model" && (
        <Fact name="Commission of the operator">
          {bpsPercent(pool.commissionBps)}
          {pool.nextCommissionBps !== null && pool.nextCommissionAt !== null && (
            <>
              , {bpsPercent(pool.nextCommissionBps)} from <When at={pool.nextCommissionAt} /> on
            </>
          )}
        </Fact>
      )}
      {(pool.rewards?.items ?? []).map(({ token, funded, claimed, streamEndsAt }) => (
        <Fact key={token} name="Rewards">
          <TokenAmount token={token} amount={funded} /> came in, <TokenAmount token={token} amount={claimed} /> was
          claimed; all is released by <When at={streamEndsAt} />
        </Fact>
      ))}
    </Facts>
  );
}

function Slashes({ pool, faults }: { pool: Pool; faults: Answer["faults"]["items"] }) {
  const { deployment } = useConfig();
  if (pool.kind === "model") return null;
  return (
    <Section title="Slashes">
      <DataTable
        caption="What was taken from it, newest first"
        rows={pool.slashes?.items ?? []}
        keyOf={({ id }) => id}
        empty="It has never been slashed."
        columns={[
          { header: "On", cell: ({ at }) => <When at={at} /> },
          { header: "Because it", cell: ({ faultId }) => slashReason(faultId, faults, deployment.addresses) },
          { header: "Part", numeric: true, cell: ({ bps }) => bpsPercent(bps) },
          {
            header: "Taken",
            numeric: true,
            cell: ({ fromStake, fromUnbonding }) => <Amount of={BigInt(fromStake) + BigInt(fromUnbonding)} />,
          },
          {
            header: "Of it a reward",
            cell: ({ reward, rewardTo }) =>
              reward === "0" ? (
                "none: all was burned"
              ) : (
                <>
                  <Amount of={reward} /> to <Account address={rewardTo} />
                </>
              ),
          },
          { header: "Case", cell: ({ caseId }) => <Hash hex={caseId} what="case" /> },
        ]}
      />
      <Paging total={pool.slashes?.totalCount ?? 0} label="slashes" name={SLASHES_PAGE} size={SHORT_PAGE_SIZE} />
    </Section>
  );
}

function Stakers({ pool: { generation: current, generations, holdings } }: { pool: Pool }) {
  const rows = holdings?.items ?? [];
  const stakeOf = new Map(generations?.items.map((each) => [each.generation, each]));
  const total = holdings?.totalCount ?? 0;
  return (
    <Section title="Who staked">
      <DataTable
        caption={total > rows.length ? `The ${count(rows.length)} largest of ${count(total)} holdings` : "Holdings"}
        rows={rows}
        keyOf={({ account, generation }) => `${account}/${generation}`}
        empty="Nobody has staked in it."
        columns={[
          { header: "Account", cell: ({ account }) => <Account address={account} /> },
          {
            header: "Worth",
            numeric: true,
            cell: ({ generation, shares }) => {
              const of = stakeOf.get(generation);
              if (of === undefined || of.shares === "0") return "–";
              return <Amount of={(BigInt(shares) * BigInt(of.stake)) / BigInt(of.shares)} />;
            },
          },
          {
            header: "Of",
            cell: ({ generation }) => (generation === current ? "the present stake" : "what an earlier slash left"),
          },
        ]}
      />
    </Section>
  );
}
