// The deployment: repeatable, resumable, and careful about chains, keys and edited contracts.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Abi, type Address, createWalletClient, http, publicActions, parseAbi, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { parseDeployment } from "@tributary/protocol/deployment";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { deployAll } from "../../deploy/deploy-all.ts";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { local } from "../../deploy/networks/local.ts";
import { publicParameters } from "../../deploy/networks/public-parameters.ts";
import type { Parameters } from "../../deploy/parameters.ts";
import { freePort } from "./support/chain.ts";
import { failureOf, optionsOn, sandbox } from "./support/sandbox.ts";

/** Transactions of a deployment to a local chain. */
const TRANSACTIONS = 33;
/** Contracts that are put where x402's libraries expect them. */
const PLACED = 4;
const STRANGE_KEY = `0x${"42".repeat(32)}` as const;
const SOMEBODY = "0x00000000000000000000000000000000005ea111";

type Sent = readonly [to: Address, abi: Abi, functionName: string, args: readonly unknown[]];

/** A payment token with the least of every amount. */
function usdAt(token: Address): Parameters["paymentTokens"][number] {
  return {
    symbol: "USD",
    token,
    bondFloor: 1n,
    mostBondFloor: 2n,
    proposerFee: 0n,
    mostProposerFee: 0n,
    proofDeposit: 1n,
    demandDeposit: 1n,
    inclusionDeposit: 1n,
    disputeBondFloor: 1n,
  };
}

/** Sends calls from the first local account, one after the other. */
async function sendAll(rpcUrl: string, calls: readonly Sent[]): Promise<void> {
  const account = privateKeyToAccount(localPrivateKey(0));
  const wallet = createWalletClient({ account, transport: http(rpcUrl) }).extend(publicActions);
  for (const [address, abi, functionName, args] of calls) {
    const hash = await wallet.writeContract({ address, abi, functionName, args, chain: null });
    const { status } = await wallet.waitForTransactionReceipt({ hash, checkReplacement: false });
    if (status !== "success") throw new Error(`${functionName} was reverted`);
  }
}

describe("deploy", function () {
  this.timeout(180_000);
  const box = sandbox();

  it("deploys everything, bound, with the given parameters, and hands it over", async () => {
    const on = await box.chain();
    const steps: string[] = [];
    const deployment = await deployAll(optionsOn(box, on, { onStep: (step) => steps.push(step) }));
    const placed = steps.filter((step) => step.startsWith("placed "));
    expect(placed).to.have.length(PLACED);
    expect(steps).to.have.length(TRANSACTIONS + PLACED);
    const file = join(box.stateDir, "deployments/31337.json");
    expect(parseDeployment(JSON.parse(readFileSync(file, "utf8")), file)).to.deep.equal(deployment);
    const parameters = await on.client.readContract({
      address: deployment.addresses.RoyaltyLedger,
      abi: royaltyLedgerAbi,
      functionName: "parameters",
    });
    expect(parameters.epochSeconds).to.equal(local.parameters.epochSeconds);
    const treasury = await on.client.readContract({
      address: deployment.addresses.RoyaltyPositions,
      abi: parseAbi(["function ownerOf(uint256) view returns (address)"]),
      functionName: "ownerOf",
      args: [1n],
    });
    expect(treasury).to.equal(local.parameters.treasury);
  });

  it("gives the treasury's position to the timelock where nobody else is named", async () => {
    const on = await box.chain();
    const parameters = { ...local.parameters, treasury: undefined };
    const { addresses } = await deployAll(optionsOn(box, on, { parameters }));
    const treasury = await on.client.readContract({
      address: addresses.RoyaltyPositions,
      abi: parseAbi(["function ownerOf(uint256) view returns (address)"]),
      functionName: "ownerOf",
      args: [1n],
    });
    expect(treasury).to.equal(addresses.TimelockController);
  });

  it("uses a token and a registry that exist, and makes a vault, a ledger and tills for every payment token", async () => {
    const on = await box.chain();
    const first = await deployAll(optionsOn(box, on));
    const other = await deployAll(optionsOn(box, on, { stateDir: join(box.stateDir, "other") }));
    const { OpenToken, AgentRegistry, RoyaltyLedger, RoyaltyVault } = first.addresses;
    const treasury = { positions: [1n], amounts: [5n] } as const;
    await sendAll(on.rpcUrl, [
      [OpenToken, openTokenAbi, "approve", [RoyaltyLedger, 5n]],
      [RoyaltyLedger, royaltyLedgerAbi, "accrue", [treasury.positions, treasury.amounts]],
    ]);
    const parameters = {
      ...local.parameters,
      tokenRecipient: undefined,
      openToken: OpenToken,
      agentRegistry: AgentRegistry,
      paymentTokens: [usdAt(other.addresses.OpenToken)],
    };
    const again = await deployAll(optionsOn(box, on, { stateDir: join(box.stateDir, "third"), parameters }));
    expect(again.addresses.OpenToken).to.equal(OpenToken);
    expect(again.addresses.AgentRegistry).to.equal(AgentRegistry);
    const [usd] = again.paymentTokens;
    const ledger = { address: usd!.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const vault = { address: usd!.RoyaltyVault, abi: royaltyVaultAbi } as const;
    const { readContract } = on.client;
    expect(await readContract({ ...ledger, functionName: "token" })).to.equal(other.addresses.OpenToken);
    expect(await readContract({ ...ledger, functionName: "vault" })).to.equal(usd!.RoyaltyVault);
    expect(await readContract({ ...vault, functionName: "isPrimary" })).to.equal(false);
    expect(Object.keys(again.transactions)).to.have.length(TRANSACTIONS - 2 + 14);

    // What came in by the first deployment can be claimed from it as before.
    await sendAll(on.rpcUrl, [[RoyaltyVault, royaltyVaultAbi, "claimOne", [1n, 0n, zeroHash, "0x"]]]);
    const open = { address: OpenToken, abi: openTokenAbi } as const;
    expect(await readContract({ ...open, functionName: "balanceOf", args: [local.parameters.treasury!] })).to.equal(5n);
  });

  it("refuses a token or a registry where there is no code", async () => {
    const on = await box.chain();
    const cases = [
      ["agentRegistry", { agentRegistry: SOMEBODY }],
      ["openToken", { openToken: SOMEBODY, tokenRecipient: undefined }],
      ["paymentTokens.USD", { paymentTokens: [usdAt(SOMEBODY)] }],
    ] as const;
    for (const [name, given] of cases) {
      const parameters = { ...local.parameters, ...given };
      expect(await failureOf(deployAll(optionsOn(box, on, { parameters })))).to.contain(
        `${name}: there is no code at ${SOMEBODY}`,
      );
    }
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(0);
  });

  it("when run again, sends nothing and changes no file", async () => {
    const on = await box.chain();
    const first = await deployAll(optionsOn(box, on));
    const before = await on.client.getTransactionCount({ address: localAddress(0) });
    const files = contentsOf(box.stateDir);
    const second = await deployAll(optionsOn(box, on));
    expect(second).to.deep.equal(first);
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(before);
    expect(contentsOf(box.stateDir)).to.deep.equal(files);
  });

  it("when a run was stopped half-way, continues it without repeating a transaction", async () => {
    const on = await box.chain();
    let steps = 0;
    const stopped = deployAll(
      optionsOn(box, on, {
        onStep: () => {
          if (++steps === 4) throw new Error("stopped");
        },
      }),
    );
    expect(await failureOf(stopped)).to.contain("stopped");
    expect(existsSync(join(box.stateDir, "deployments/31337.json"))).to.equal(false);
    await deployAll(optionsOn(box, on));
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(TRANSACTIONS);
  });

  it("when the local chain was reset, starts anew", async () => {
    await deployAll(optionsOn(box, await box.chain()));
    const steps: string[] = [];
    await deployAll(optionsOn(box, await box.chain(), { onStep: (step) => steps.push(step) }));
    expect(steps[0]).to.contain("reset");
    expect(steps).to.have.length(TRANSACTIONS + PLACED + 1);
  });

  it("when a contract was edited after its deployment, refuses and names it", async () => {
    const on = await box.chain();
    await deployAll(optionsOn(box, on));
    const artifacts = join(box.stateDir, "deployments/chain-31337/artifacts");
    const file = readdirSync(artifacts).find((name) => name.includes("RoyaltyPositions"))!;
    const artifact = JSON.parse(readFileSync(join(artifacts, file), "utf8")) as { bytecode: string };
    const edited = artifact.bytecode.replace("60", "61");
    writeFileSync(join(artifacts, file), JSON.stringify({ ...artifact, bytecode: edited }));
    expect(await failureOf(deployAll(optionsOn(box, on)))).to.match(
      /RoyaltyPositions: the code was edited after its deployment/,
    );
  });

  it("when a parameter was changed after the deployment, refuses", async () => {
    const on = await box.chain();
    await deployAll(optionsOn(box, on));
    const parameters = { ...local.parameters, treasury: localAddress(5) };
    expect(await failureOf(deployAll(optionsOn(box, on, { parameters })))).to.contain("differs from what was deployed");
  });

  it("when another run is at work in the same folder, refuses; takes over from one that is gone", async () => {
    const on = await box.chain();
    const folder = join(box.stateDir, "deployments");
    mkdirSync(folder);
    writeFileSync(join(folder, "chain-31337.lock"), String(process.ppid));
    expect(await failureOf(deployAll(optionsOn(box, on)))).to.contain(`process ${process.ppid} is deploying`);
    writeFileSync(join(folder, "chain-31337.lock"), "4194304");
    await deployAll(optionsOn(box, on));
    expect(existsSync(join(folder, "chain-31337.lock"))).to.equal(false);
  });

  it("when the chain is not a local one, refuses keys that everybody knows", async () => {
    const on = await box.chain(8453);
    expect(await failureOf(deployAll(optionsOn(box, on)))).to.contain("public development mnemonic");
    const strange = optionsOn(box, on, { privateKey: STRANGE_KEY });
    expect(await failureOf(deployAll(strange))).to.contain("tokenRecipient");
  });

  it("when the chain is not a local one, refuses windows of seconds and code built for development", async () => {
    const on = await box.chain(8453);
    const short = { ...publicParameters, tokenRecipient: SOMEBODY, challengeWindowSeconds: 60 } as const;
    const strange = { privateKey: STRANGE_KEY };
    expect(await failureOf(deployAll(optionsOn(box, on, { ...strange, parameters: short })))).to.match(
      /challengeWindowSeconds is 60, too short/,
    );
    const fine = { ...publicParameters, tokenRecipient: SOMEBODY } as const;
    expect(await failureOf(deployAll(optionsOn(box, on, { ...strange, parameters: fine })))).to.match(
      /built for development/,
    );
    expect(await on.client.getBlockNumber()).to.equal(0n);
  });

  it("when the network has another chain id, or nothing answers, says so", async () => {
    const on = await box.chain(1337);
    expect(await failureOf(deployAll(optionsOn(box, on, { chainIds: [31337] })))).to.contain("has chain id 1337");
    const rpcUrl = `http://127.0.0.1:${await freePort()}`;
    expect(await failureOf(deployAll(optionsOn(box, { rpcUrl })))).to.contain("no chain answers");
  });

  it("wants a key or a signer, one of the two", async () => {
    const on = await box.chain();
    const both = { privateKey: localPrivateKey(0), signer: { privateKey: localPrivateKey(1) } };
    expect(await failureOf(deployAll(optionsOn(box, on, both)))).to.contain("one of the two");
  });
});

/** Every file under a folder, with what is in it. */
function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]),
  );
}
