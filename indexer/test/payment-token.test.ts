// A ledger of another payment token than OPEN: an indexer of its own has everything of it, and that of OPEN nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { alice, carol, deployer, proposer, PURSE } from "../../deploy/testing/accounts.ts";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { send } from "../../deploy/testing/send.ts";
import { type Indexer, startIndexer } from "../launcher/start-indexer.ts";
import { expectPeriods } from "./support/expected-periods.ts";
import { expectTotals } from "./support/expected-totals.ts";
import { rowsOf } from "./support/rows.ts";
import { Scenario } from "./support/scenario.ts";
import { positionTables } from "./tables/positions.ts";
import { settlementTables } from "./tables/settlements.ts";
import { lower, type Suite } from "./tables/suite.ts";

const USD = {
  symbol: "USD",
  bondFloor: 5n,
  mostBondFloor: 10n ** 6n,
  proposerFee: 7n,
  mostProposerFee: 10n ** 6n,
  proofDeposit: 1n,
  demandDeposit: 1n,
  inclusionDeposit: 1n,
  disputeBondFloor: 1n,
} as const;
const FEE_IN_OPEN = 4_321n;

describe("indexer of a further payment token", function () {
  this.timeout(300_000);

  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  /** The same with the contracts of USD in the place of OPEN's. */
  let inUsd: Protocol;
  let scenario: Scenario;
  const indexers: Indexer[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-token-"));
    chain = await startAnvil();
    // An ERC-20 like any other to this deployment.
    const token = (await deployContracts(chain, join(folder, "other"))).addresses.OpenToken;
    protocol = await deployContracts(chain, folder, { paymentTokens: [{ ...USD, token }] });
    const { symbol: _, token: OpenToken, ...contracts } = protocol.paymentTokens[0]!;
    inUsd = { ...protocol, addresses: { ...protocol.addresses, ...contracts, OpenToken } };
    const inOpen = new Scenario(chain, protocol);
    await inOpen.contribute();
    await inOpen.register();
    await inOpen.stake();
    await inOpen.close(0, 1n, FEE_IN_OPEN, 2);
    for (const account of [alice, carol, proposer]) {
      await send(chain, deployer, OpenToken, openTokenAbi, "transfer", [account.address, PURSE]);
      await send(chain, account, OpenToken, openTokenAbi, "approve", [contracts.RoyaltyLedger, PURSE]);
    }
    scenario = new Scenario(chain, inUsd);
    await scenario.createTills();
    await scenario.settle();
    await scenario.finalize();
    await scenario.claim();
    const options = { rpcUrl: chain.rpcUrl, deployment: protocol.file, databaseDirectory: join(folder, "databases") };
    indexers.push(
      ...(await Promise.all([
        startIndexer({ ...options, timeoutSeconds: 300 }),
        startIndexer({ ...options, token: "USD", timeoutSeconds: 300 }),
      ])),
    );
  });

  after(async () => {
    for (const indexer of indexers) await indexer.stop();
    await (chain as Chain | undefined)?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const suite = (): Suite => ({
    chain,
    scenario,
    indexer: indexers[1]!,
    rows: rowsOf.bind(undefined, indexers[1]!.graphqlUrl),
    contract: (name) => inUsd.addresses[name],
  });
  positionTables(suite);
  settlementTables(suite);

  it("has totals that are the sums of its tables, in its own token", async () => {
    await expectTotals(chain, protocol, suite().indexer.graphqlUrl);
    await expectPeriods(chain, inUsd, suite().indexer.graphqlUrl);
    const [ledger] = await suite().rows("ledgers", "id token vault proposerFee");
    expect(ledger).to.deep.equal({
      id: lower(inUsd.addresses.RoyaltyLedger),
      token: lower(inUsd.addresses.OpenToken),
      vault: lower(inUsd.addresses.RoyaltyVault),
      proposerFee: "7",
    });
  });

  it("takes nothing from OPEN's ledger, whose indexer takes nothing from this one", async () => {
    const ofOpen = indexers[0]!.graphqlUrl;
    expect(await rowsOf(ofOpen, "settlements", "id fee")).to.deep.equal([{ id: "1", fee: String(FEE_IN_OPEN) }]);
    for (const table of ["plainIncomes", "claims", "sketchCommits"])
      expect(await rowsOf(ofOpen, table, "transactionHash", table === "sketchCommits" ? "sub" : "id")).to.be.empty;
    const [{ fees }] = (await rowsOf(ofOpen, "protocols", "fees")) as [{ fees: string }];
    expect(fees).to.equal(String(FEE_IN_OPEN));
    // What all tokens share is the same in both.
    for (const table of ["datanets", "models", "contributions", "stakePools"])
      expect(await rowsOf(ofOpen, table, "id createdBlock")).to.deep.equal(
        await suite().rows(table, "id createdBlock"),
      );
  });
});
