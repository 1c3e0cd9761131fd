// What may I claim? The positions of an account, what each may claim by the chain's own root, and the claims.
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { Form, Link, useSearchParams } from "react-router";
import type { Address } from "viem";
import { useIndexed } from "../../data/indexed.ts";
import { listedOnce } from "../../data/listed-once.ts";
import { count } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { Account, Hash } from "../../parts/Hex.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered, Empty } from "../../parts/States.tsx";
import { paths } from "../../paths.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { type Wallet, WalletFrame } from "../../wallet/WalletFrame.tsx";
import { StatementButton } from "../position/StatementButton.tsx";
import { Claimables } from "./Claimables.tsx";
import { OWNED } from "./queries.ts";

const ADDRESS = /^0x[0-9a-f]{40}$/i;

export function Component() {
  return (
    <Page title="What may I claim?">
      <p className="lead">
        What contributors, curators and developers earned waits in a vault until somebody claims it for them. Each
        amount here is recomputed in this browser and held against the root that the vault pays by, before you are asked
        to sign.
      </p>
      <WalletFrame>{(wallet) => <Owner wallet={wallet} />}</WalletFrame>
    </Page>
  );
}

function Owner({ wallet }: { wallet: Wallet }) {
  const [search] = useSearchParams();
  const asked = search.get("owner") ?? "";
  const isAsked = ADDRESS.test(asked);
  const owner = (isAsked ? asked.toLowerCase() : wallet.account) as Address | undefined;
  return (
    <>
      <Form className="filter" role="search" aria-label="What may another address claim?">
        <label>
          Without a wallet: any address{" "}
          <input
            name="owner"
            defaultValue={asked}
            key={asked}
            placeholder="0x…"
            pattern="0x[0-9a-fA-F]{40}"
            autoComplete="off"
            spellCheck={false}
            size={44}
          />
        </label>{" "}
        <button type="submit">Show</button>{" "}
        {isAsked && wallet.account !== undefined && <Link to={paths.wallet()}>the connected account instead</Link>}
      </Form>
      {asked !== "" && !isAsked && (
        <p role="alert">
          <code>{asked}</code> is no address: it has to be 0x and 40 hexadecimal digits.
        </p>
      )}
      {owner === undefined ? (
        <Empty>Connect a wallet or give an address to see what it may claim.</Empty>
      ) : (
        <Owned key={owner} owner={owner} wallet={wallet} />
      )}
    </>
  );
}

function Owned({ owner, wallet }: { owner: Address; wallet: Wallet }) {
  const lower = owner.toLowerCase();
  const { limit, offset } = usePaging();
  const query = useIndexed(OWNED, { owner: lower, limit, offset });
  const onChain = useOnChain(["positions of", lower], ({ reader, addresses }) =>
    reader.readContract({
      ...{ address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi, functionName: "balanceOf" },
      args: [owner],
    }),
  );
  const isOwn = wallet.account?.toLowerCase() === lower;
  return (
    <Answered query={query}>
      {({ positions, ledgers, sharesHolders }) => {
        const { totalCount } = positions;
        const { items, again } = listedOnce(positions.items);
        const isAllListed = again === 0 && items.length === Math.min(limit, Math.max(0, totalCount - offset));
        return (
          <>
            <p>
              {isOwn ? "Your account" : "The account"} <Account address={owner} /> owns {plural(totalCount, "position")}
              .{!isOwn && " Anyone may send the claim: it pays to the owner, whoever signs."}
              {onChain.data === BigInt(totalCount) && " The chain counts as many."}
              {onChain.isError && " How many the chain counts could not be read."}
            </p>
            {onChain.data !== undefined && onChain.data !== BigInt(totalCount) && (
              <p className="failed" role="alert">
                <Provenance label="refused" /> The chain counts {plural(onChain.data, "position")} of this account, and
                this indexer lists {count(totalCount)}: it is behind, or leaves some out or adds some. What is claimed
                pays its owner on the chain whatever is listed here.
              </p>
            )}
            {!isAllListed && (
              <p className="failed" role="alert">
                <Provenance label="refused" /> This indexer says that there are {plural(totalCount, "position")}, and
                lists{" "}
                {again === 0
                  ? "another number of them"
                  : `${plural(again, "position")} more than once: each counts once here`}
                .
              </p>
            )}
            {totalCount === 0 ? (
              <Empty>
                {onChain.data === 0n ? "There is nothing to claim." : "Nothing to claim is listed."} A contributor gets
                a position when the first contribution to a datanet is accepted.
              </Empty>
            ) : (
              <Claimables
                owner={owner}
                positions={items}
                isPart={totalCount > items.length}
                isCounted={onChain.data === BigInt(totalCount) && isAllListed}
                payoutsHash={ledgers.items[0]?.payoutsHash ?? null}
                wallet={wallet}
              />
            )}
            <Paging total={totalCount} label="positions" />
            {totalCount > 0 && (
              <Section title="Statement">
                <p>
                  What these positions were paid, and their direct income, with dates and transactions, as a table for a
                  file, as the indexer tells it. Income by attribution is in it when it was claimed, and what is not
                  claimed yet as it was checked against the chain; <code>tributary statement</code> lists it by epoch
                  and call.
                </p>
                <StatementButton
                  name={`tributary-${lower}`}
                  of={{ owner: lower as Address }}
                  label={`Statement of ${plural(totalCount, "position")} (CSV)`}
                />
              </Section>
            )}
            {sharesHolders.items.length > 0 && (
              <Section title="Shares of positions">
                <DataTable
                  caption="Shares that the account holds"
                  rows={sharesHolders.items}
                  keyOf={({ sharesId }) => sharesId}
                  empty=""
                  columns={[
                    {
                      header: "Shares",
                      cell: ({ sharesId }) => (
                        <>
                          <Link to={paths.shares(sharesId)}>Income and claim</Link>{" "}
                          <Hash hex={sharesId} what="address of the shares" />
                        </>
                      ),
                    },
                    {
                      header: "Of position",
                      cell: ({ shares }) =>
                        shares && <Link to={paths.position(shares.positionId)}>Position {shares.positionId}</Link>,
                    },
                  ]}
                />
              </Section>
            )}
          </>
        );
      }}
    </Answered>
  );
}
