// The proof of the hand-over: it holds for an honest deployment and names what does not hold in any other.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Deployment } from "@tributary/protocol/deployment";
import { encodeFunctionData, type Hex, parseAbi, parseEther, zeroHash } from "viem";
import { loadArtifact } from "../../deploy/artifacts.ts";
import { deployAll } from "../../deploy/deploy-all.ts";
import { localAddress } from "@tributary/protocol/local-keys";
import { proveHandOver, refuseBroken } from "../../deploy/proof/hand-over.ts";
import { readerAt } from "../../deploy/proof/reader.ts";
import { stateCreation } from "../../deploy/proof/transactions.ts";
import { RENOUNCE_ADMIN } from "../../deploy/step-names.ts";
import { DEFAULT_ADMIN_ROLE, PROPOSER_ROLE } from "../../deploy/timelock-roles.ts";
import { encodeConstructor } from "../../deploy/verification.ts";
import type { Chain } from "./support/chain.ts";
import { type Decision, startProxy } from "./support/proxy.ts";
import { optionsOn, runDeploy, sandbox } from "./support/sandbox.ts";

const TRANSACTIONS = 33;
const ROLES_ABI = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function renounceRole(bytes32 role, address account)",
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
]);
const TRANSFER_ABI = parseAbi(["function transferFrom(address from, address to, uint256 tokenId)"]);

describe("proveHandOver", function () {
  this.timeout(180_000);
  const box = sandbox();

  /** What does not hold, as `subject claim`. */
  async function broken({ client }: Chain, deployment: Deployment): Promise<string[]> {
    const statements = await proveHandOver(client, deployment);
    return statements.filter(({ holds }) => !holds).map(({ subject, claim }) => `${subject} ${claim}`);
  }

  async function sendAs({ controls, client, rpcUrl }: Chain, from: Hex, to: Hex | undefined, data: Hex): Promise<Hex> {
    await controls.impersonateAccount({ address: from });
    await controls.setBalance({ address: from, value: parseEther("1") });
    const hash = await controls.sendUnsignedTransaction({ from, ...(to !== undefined && { to }), data });
    expect(await client.getChainId(), rpcUrl).to.equal(31337);
    // The node mines after it has answered.
    await client.waitForTransactionReceipt({ hash });
    return hash;
  }

  /** A whole deployment, on a chain that is then taken back to before its last transaction. */
  async function deployButRenounce(on: Chain): Promise<Deployment> {
    let beforeRenouncing: Hex = "0x";
    const proxy = await startProxy(on.rpcUrl, async (send): Promise<Decision> => {
      if (send === TRANSACTIONS) beforeRenouncing = await on.controls.snapshot();
      return "forward";
    });
    box.closing(proxy.close);
    const deployment = await deployAll(optionsOn(box, proxy));
    await on.controls.revert({ id: beforeRenouncing });
    return deployment;
  }

  it("when everything is as it should be, holds", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    expect(await broken(on, deployment)).to.deep.equal([]);
  });

  it("when the deployer has not renounced the timelock's administration, says so", async () => {
    const on = await box.chain();
    const deployment = await deployButRenounce(on);
    const found = await broken(on, deployment);
    expect(found).to.include("TimelockController DEFAULT_ADMIN_ROLE is held by the timelock alone");
    expect(found).to.include("the deployer does not hold DEFAULT_ADMIN_ROLE");
    expect(found.some((statement) => statement.startsWith("TimelockController renounceRole was called"))).to.equal(
      true,
    );
  });

  it("when the deployer got a role back, says so; when it was taken again, holds", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    const { TimelockController: timelock } = deployment.addresses;
    const args = [PROPOSER_ROLE, localAddress(0)] as const;
    await sendAs(on, timelock, timelock, encodeFunctionData({ abi: ROLES_ABI, functionName: "grantRole", args }));
    expect(await broken(on, deployment)).to.deep.equal([
      "TimelockController PROPOSER_ROLE is held by the governor alone",
      "the deployer does not hold PROPOSER_ROLE",
    ]);
    await sendAs(on, timelock, timelock, encodeFunctionData({ abi: ROLES_ABI, functionName: "revokeRole", args }));
    expect(await broken(on, deployment)).to.deep.equal([]);
  });

  it("when the deployer could propose for a while, says so though nothing of it is left", async () => {
    const on = await box.chain();
    const deployment = await deployButRenounce(on);
    const { TimelockController: timelock } = deployment.addresses;
    const deployer = localAddress(0);
    const role = [PROPOSER_ROLE, deployer] as const;
    const takeBack = encodeFunctionData({
      abi: ROLES_ABI,
      functionName: "grantRole",
      args: [DEFAULT_ADMIN_ROLE, deployer],
    });
    const steps = [
      encodeFunctionData({ abi: ROLES_ABI, functionName: "grantRole", args: role }),
      encodeFunctionData({
        abi: ROLES_ABI,
        functionName: "schedule",
        args: [timelock, 0n, takeBack, zeroHash, zeroHash, 86_400n],
      }),
      encodeFunctionData({ abi: ROLES_ABI, functionName: "revokeRole", args: role }),
      encodeFunctionData({ abi: ROLES_ABI, functionName: "renounceRole", args: [DEFAULT_ADMIN_ROLE, deployer] }),
    ];
    let renounced: Hex = "0x";
    for (const data of steps) renounced = await sendAs(on, deployer, timelock, data);
    const transactions = { ...deployment.transactions, [RENOUNCE_ADMIN]: renounced };
    expect(await broken(on, { ...deployment, transactions })).to.deep.equal([
      "TimelockController PROPOSER_ROLE was given to nobody but the governor, unless by a vote",
    ]);
  });

  it("when a contract was created with other arguments hidden before the right ones, says so", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    const { OperatorStaking } = deployment.addresses;
    const artifact = await loadArtifact("StakedAttributors");
    const expected = [OperatorStaking, 6_667, 10n ** 18n] as const;
    const hidden = encodeConstructor(artifact, [localAddress(9), 1, 1n]).slice(2);
    const metadataBytes = Number.parseInt(artifact.bytecode.slice(-4), 16) + 2;
    // Two bytes that name all between the code and themselves as metadata.
    const length = (metadataBytes + hidden.length / 2).toString(16).padStart(4, "0");
    const data = `${artifact.bytecode}${hidden}${length}${encodeConstructor(artifact, expected).slice(2)}` as Hex;
    const hash = await sendAs(on, localAddress(0), undefined, data);
    const { contractAddress } = await on.client.getTransactionReceipt({ hash });
    const reader = await readerAt(on.client, "latest");
    expect(await reader.call("StakedAttributors", contractAddress!, "quorumBps")).to.equal(1);
    const statement = await stateCreation(
      reader,
      { step: "StakedAttributors", contract: "StakedAttributors", address: contractAddress!, args: expected },
      hash,
    );
    expect(statement.holds).to.equal(false);
    expect(statement.found).to.equal(`other code in transaction ${hash}`);
  });

  it("when a role was given to somebody else, or one nobody knows, says so", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    const { TimelockController: timelock } = deployment.addresses;
    for (const role of [DEFAULT_ADMIN_ROLE, `0x${"77".repeat(32)}`] as const)
      await sendAs(
        on,
        timelock,
        timelock,
        encodeFunctionData({ abi: ROLES_ABI, functionName: "grantRole", args: [role, localAddress(9)] }),
      );
    expect(await broken(on, deployment)).to.deep.equal([
      "TimelockController DEFAULT_ADMIN_ROLE is held by the timelock alone",
      "TimelockController no other role was ever granted",
    ]);
  });

  it("when code, a binding or the treasury's owner is another, says so", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    const { ModelTill, RoyaltyPositions } = deployment.addresses;
    const code = (await on.client.getCode({ address: ModelTill }))!;
    await on.controls.setCode({ address: ModelTill, bytecode: code.replace("60", "61") as Hex });
    const treasury = localAddress(1);
    const args = [treasury, localAddress(9), 1n] as const;
    await sendAs(
      on,
      treasury,
      RoyaltyPositions,
      encodeFunctionData({ abi: TRANSFER_ABI, functionName: "transferFrom", args }),
    );
    expect(await broken(on, deployment)).to.deep.equal([
      `ModelTill the code at ${ModelTill} is that of ModelTill as built here`,
      "RoyaltyPositions has given the treasury's position to its owner: ownerOf()",
    ]);
  });

  it("when the file says something else than the chain, says so", async () => {
    const on = await box.chain();
    const deployment = await deployAll(optionsOn(box, on));
    const { addresses, parameters, transactions } = deployment;
    const swapped = { ...addresses, ContributionReview: addresses.DatanetRegistry };
    expect(await broken(on, { ...deployment, addresses: swapped })).to.include(
      "DatanetRegistry is reviewed by the review: review()",
    );
    const diverted = { ...addresses, RoyaltyVault: localAddress(9) };
    expect(await broken(on, { ...deployment, addresses: diverted })).to.include(
      "RoyaltyPositions made the vault of OPEN: vault()",
    );
    const richer = { ...parameters, mostIndexBond: "1" };
    expect((await broken(on, { ...deployment, parameters: richer }))[0]).to.match(/^ModelRegistry was created with/);
    const { RoyaltyLedger_bind, ...others } = transactions;
    expect(RoyaltyLedger_bind).to.be.a("string");
    expect((await broken(on, { ...deployment, transactions: others }))[0]).to.match(
      /^RoyaltyLedger bind was called with/,
    );
  });

  it("as a command, repeats the proof, and fails with the first lie", async () => {
    const on = await box.chain();
    const args = ["--network", "local", "--rpc", on.rpcUrl, "--state-dir", box.stateDir, "--prove"];
    const before = await runDeploy(args).ended;
    expect(before.code).to.equal(1);
    expect(before.stderr).to.contain("nothing was deployed");
    await deployAll(optionsOn(box, on));
    const honest = await runDeploy([...args, "--json"]).ended;
    expect(honest.code).to.equal(0);
    expect((JSON.parse(honest.stdout) as { statements: unknown[] }).statements).to.have.length.above(60);
    const early = await runDeploy([...args, "--at", "finalized"]).ended;
    expect(early.code).to.equal(1);
    await on.controls.mine({ blocks: 100 });
    const final = await runDeploy([...args, "--at", "finalized"]).ended;
    expect(final.code).to.equal(0);
    const file = join(box.stateDir, "deployments/31337.json");
    const deployment = JSON.parse(readFileSync(file, "utf8")) as Deployment;
    writeFileSync(file, JSON.stringify({ ...deployment, deployer: localAddress(5) }));
    const lie = await runDeploy(args).ended;
    expect(lie.code).to.equal(1);
    expect(lie.stdout).to.contain("BROKEN");
    expect(lie.stderr).to.contain("the hand-over is not complete");
  });
});

describe("refuseBroken", () => {
  it("names every statement that does not hold", () => {
    const statements = [
      { subject: "A", claim: "is x", holds: true },
      { subject: "B", claim: "is y", holds: false, found: "z" },
    ];
    expect(() => {
      refuseBroken(statements);
    }).to.throw("the hand-over is not complete: B is y (z)");
  });
});
