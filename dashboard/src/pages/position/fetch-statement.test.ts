// A statement of an account is of the positions that the chain gives it, each once, whatever the indexer lists.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { expect } from "chai";
import type { Abi, Address } from "viem";
import { ADDRESSES, toldChain } from "../../check/testing/told-chain.ts";
import { fetchStatement } from "./fetch-statement.ts";

const OWNER: Address = "0x924b0000000000000000000000000000000000fc";
const SOMEBODY: Address = "0x0000000000000000000000000000000000000123";

describe("the statement of an account", () => {
  const own = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = own;
  });

  /** @param listed ids, by the indexer @param counted by the chain */
  const failure = async (listed: readonly string[], counted: bigint, owner = OWNER): Promise<string> => {
    const page = { pageInfo: { hasNextPage: false, endCursor: null }, items: [] };
    globalThis.fetch = (url, init) => {
      if (!String(url).endsWith("/graphql"))
        return Promise.resolve(Response.json({ error: "none", code: "not_final" }, { status: 404 }));
      const { query } = JSON.parse(String(init?.body)) as { query: string };
      const items = listed.map((id) => ({ id, owner: OWNER }));
      const data = query.includes("positions(")
        ? { positions: { ...page, items } }
        : { accruals: page, claims: page, positionTransfers: page, payoutRoots: page };
      return Promise.resolve(Response.json({ data }));
    };
    const chain = toldChain({
      [ADDRESSES.RoyaltyLedger]: { abi: royaltyLedgerAbi as Abi, answers: { accruedOf: () => 0n } },
      [ADDRESSES.RoyaltyPositions]: {
        abi: royaltyPositionsAbi as Abi,
        answers: { balanceOf: () => counted, ownerOf: () => owner },
      },
    });
    return await fetchStatement(chain, "http://indexer.invalid", { owner: OWNER }).then(
      ({ totals }) => `a statement, of ${totals.unknown} unknown`,
      String,
    );
  };

  it("is refused where a position is listed twice, which would double its income", async () => {
    expect(await failure(["47", "47"], 1n)).to.contain("1 of 2 positions");
    expect(await failure(["47", "47"], 2n)).to.contain("more than once");
    expect(await failure(["47", "047"], 2n)).to.contain("more than once");
  });

  it("is refused where the chain counts another number of them", async () => {
    expect(await failure(["47"], 2n))
      .to.contain("lists 1 positions")
      .and.to.contain("the chain counts 2");
    expect(await failure(["47", "5"], 1n)).to.contain("the chain counts 1");
  });

  it("is refused where the chain gives a listed position to somebody else", async () => {
    expect(await failure(["47"], 1n, SOMEBODY)).to.contain(`position 47 is ${SOMEBODY}'s`);
    expect(await failure(["47"], 1n)).to.not.contain(SOMEBODY);
  });
});
