// Being paid in a further payment token by the command: real tokens move once, and the statement is the ledger's books to the unit.
import { join } from "node:path";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { localAddress } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { erc20Abi, formatUnits } from "viem";
import { accountAt } from "../../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send } from "../../../deploy/testing/send.ts";
import { callTributary } from "../testing/called-tributary.ts";
import { type DeployedChain, startDeployedChain } from "../testing/deployed-chain.ts";

const USD = {
  ...{ symbol: "USD", bondFloor: 5n, mostBondFloor: 10n ** 6n, proposerFee: 7n, mostProposerFee: 10n ** 6n },
  ...{ proofDeposit: 1n, demandDeposit: 1n, inclusionDeposit: 1n, disputeBondFloor: 1n },
} as const;
/** The treasury's, which every deployment has. */
const POSITION = 1n;
const PAID_IN = [1_234_567n, 89n] as const;
const SUM = 1_234_656n;

describe("tributary claim and statement in a further payment token", function () {
  this.timeout(120_000);
  let deployed: DeployedChain;
  let protocol: Protocol;
  let environment: Record<string, string>;

  before(async () => {
    deployed = await startDeployedChain();
    const { chain, folder } = deployed;
    // The token of another deployment is an ERC-20 like any other to this one.
    const token = deployed.protocol.addresses.OpenToken;
    protocol = await deployContracts(chain, join(folder, "second"), { paymentTokens: [{ ...USD, token }] });
    environment = { ...deployed.environment, TRIBUTARY_DEPLOYMENT: protocol.file };
    const { RoyaltyLedger } = protocol.paymentTokens[0]!;
    const payer = [chain, accountAt(0)] as const;
    await send(...payer, token, openTokenAbi, "approve", [RoyaltyLedger, SUM]);
    for (const amount of PAID_IN)
      await send(...payer, RoyaltyLedger, royaltyLedgerAbi, "accrue", [[POSITION], [amount]]);
  });

  after(() => deployed.stop());

  async function told(args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, output, errors } = await callTributary([...args, "--json"], environment);
    expect(code, errors).to.equal(0);
    return JSON.parse(output) as Record<string, unknown>;
  }

  it("pays what the token's ledger owes a position once, and states it to the unit", async () => {
    const { client } = deployed.chain;
    const { token, RoyaltyLedger } = protocol.paymentTokens[0]!;
    const books = {
      address: RoyaltyLedger,
      abi: royaltyLedgerAbi,
      functionName: "accruedOf",
      args: [POSITION],
    } as const;
    const owed = await client.readContract(books);
    expect(owed).to.equal(SUM);
    const before = await told(["statement", "1", "--token", "USD"]);
    expect(before).to.include({ earned: String(owed), paid: "0" });
    expect(before["entries"]).to.have.length(PAID_IN.length);

    // OPEN's books have nothing of it.
    expect(await told(["statement", "1"])).to.include({ earned: "0", paid: "0" });
    expect((await told(["claim", "1"]))["paid"]).to.equal("0");

    const claimed = await told(["claim", "1", "--token", token]);
    expect(claimed["paid"]).to.equal(String(owed));
    expect(claimed["token"]).to.deep.equal({ symbol: "USD", address: token, decimals: 18 });
    const [{ recipient }] = claimed["payments"] as [{ recipient: `0x${string}` }];
    const held = { address: token, abi: erc20Abi, functionName: "balanceOf", args: [recipient] } as const;
    const balance = await client.readContract(held);
    const { blockNumber } = await client.getTransactionReceipt({
      hash: (claimed["payments"] as [{ transaction: `0x${string}` }])[0].transaction,
    });
    expect(balance - (await client.readContract({ ...held, blockNumber: blockNumber - 1n }))).to.equal(owed);

    const again = await callTributary(["claim", "1", "--token", "USD"], environment);
    expect([again.code, again.output]).to.deep.equal([0, "nothing is to be claimed\n"]);
    expect([await client.readContract(held), await client.readContract(books)]).to.deep.equal([balance, 0n]);
    expect(await told(["statement", "1", "--token", "USD"])).to.include({ earned: String(owed), paid: String(owed) });
    const { output } = await callTributary(["statement", "1", "--token", "USD"], environment);
    expect(output).to.include(`${formatUnits(SUM - PAID_IN[1], 18)},USD,enforced`);
  });

  it("refuses a token that the deployment has no ledger for, and names those that it has", async () => {
    for (const [command, wrong] of [
      ["claim", "EUR"],
      ["statement", localAddress(5)],
    ] as const) {
      const { code, errors } = await callTributary([command, "1", "--token", wrong], environment);
      expect(code).to.equal(2);
      expect(errors).to.include(`${wrong} is not a payment token of`);
      for (const { symbol, token } of protocol.paymentTokens) expect(errors).to.include(`${symbol} (${token})`);
      expect(errors).to.include(`OPEN (${protocol.addresses.OpenToken})`);
    }
  });
});
