// Datanets, contributions and models by the command, on a real chain: what one command makes, another shows; what is refused changes nothing.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { keccak256 } from "@tributary/protocol/keccak";
import { hashesFile, keepContribution, textFile } from "@tributary/protocol/content-folder";
import { CONTENT } from "@tributary/protocol/kinds";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { reviewVoteHash, VERDICTS } from "@tributary/protocol/typed-data/review-vote";
import { expect } from "chai";
import { type Address, type Hex, toHex, zeroAddress } from "viem";
import { accountAt, type Chain } from "../../../deploy/testing/anvil.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import { contentTree, recordHash } from "../contribute/content.ts";
import { callTributary } from "../testing/called-tributary.ts";
import { startNodeWithoutLogs } from "../testing/node-without-logs.ts";
import { type DeployedChain, startDeployedChain } from "../testing/deployed-chain.ts";
import { startTributary } from "../testing/tributary-process.ts";
import { until } from "../../../deploy/testing/waiting.ts";

const OPEN = 10n ** 18n;
const WINDOW_SECONDS = 3_600;
/** OperatorStaking's PoolKind. */
const VALIDATOR = 1;
const STAKE = 8_000n * OPEN;
const GATEWAY = accountAt(17).address;
const HOSTILE = "https://example.org/\u001b[2Jterms";

/** The chain's node, but that it answers with an error where `isRefused` says so of a request's body, and not at all where `isLost` does. */
async function refusingNode(
  rpcUrl: string,
  isRefused: (body: string) => boolean,
  isLost: (body: string) => boolean = () => false,
): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      const { id } = JSON.parse(body) as { id?: number };
      const error = { jsonrpc: "2.0", id, error: { code: -32_000, message: "no more" } };
      const headers = { "content-type": "application/json" };
      const answer = isRefused(body)
        ? JSON.stringify(error)
        : await (await fetch(rpcUrl, { method: "POST", headers, body })).text();
      if (isLost(body)) response.destroy();
      else response.writeHead(200, headers).end(answer);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** It takes no transaction from the `nth` on. */
function failingNode(rpcUrl: string, nth: number): Promise<{ url: string; close(): void }> {
  let sent = 0;
  return refusingNode(rpcUrl, (body) => body.includes("eth_sendRawTransaction") && ++sent >= nth);
}

/** It takes all transactions, and gives no receipt once the `nth` was sent. */
function silentNode(rpcUrl: string, nth: number): Promise<{ url: string; close(): void }> {
  let sent = 0;
  return refusingNode(rpcUrl, (body) => {
    if (body.includes("eth_sendRawTransaction")) sent++;
    return sent >= nth && body.includes("eth_getTransactionReceipt");
  });
}

describe("tributary datanet, contribution and model", function () {
  this.timeout(120_000);
  let deployed: DeployedChain;
  let folder: string;
  let chain: Chain;
  let environment: Record<string, string>;
  const owner = localAddress(0);

  before(async () => {
    deployed = await startDeployedChain();
    ({ chain, folder } = deployed);
    environment = { ...deployed.environment, TRIBUTARY_CONTENTS: join(folder, "contents") };
    writeFileSync(join(folder, "texts.jsonl"), '"one"\n"two"\n"three"\n');
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    await told(["datanet", "create", ...terms, "--uri", HOSTILE, "--use", "training", "retrieval"]);
    const source = join(folder, "texts.jsonl");
    await told(["contribute", source, "--datanet", "1", "--licence", "CC0-1.0", "--batch", "2", "--uri", "at/{root}"]);
  });

  after(() => deployed.stop());

  async function told(args: readonly string[], expected = 0): Promise<Record<string, unknown>> {
    const { code, output, errors } = await callTributary([...args, "--json"], environment);
    expect(code, errors).to.equal(expected);
    return JSON.parse(output) as Record<string, unknown>;
  }

  function termsOf(uri: string): string[] {
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    return [...terms, "--uri", uri];
  }

  async function refused(args: readonly string[], changed: Record<string, string> = {}): Promise<string> {
    const nonce = await chain.client.getTransactionCount({ address: owner });
    const { code, output, errors } = await callTributary(args, { ...environment, ...changed });
    expect([code, output], errors).to.deep.equal([2, ""]);
    expect(await chain.client.getTransactionCount({ address: owner })).to.equal(nonce);
    return errors;
  }

  it("shows a datanet as it was created, and nothing that a terminal obeys", async () => {
    const shown = await told(["datanet", "show", "1"]);
    expect(shown).to.deep.include({ datanet: "1", curator: owner, uri: HOSTILE, uses: ["training", "retrieval"] });
    expect(shown["terms"]).to.include({ bondPerRecord: String(OPEN / 2n), licenceFee: String(10n * OPEN) });
    expect(shown).to.include({ contributionsMade: 2, contributionsAccepted: "0", records: "0" });
    const { output } = await callTributary(["datanet", "list"], environment);
    expect(output).to.contain("example.org").and.not.to.contain("\u001b");
  });

  it("refuses terms that the registry would not take, with the bounds that it has", async () => {
    const terms = ["datanet", "create", "--bond-per-record", "0.5", "--licence-fee", "10", "--uri", "x"];
    expect(await refused([...terms, "--review-window", "9999999"])).to.match(
      /--review-window 9999999: the registry of this deployment takes \d+ to \d+ seconds/,
    );
    const window = ["--review-window", String(WINDOW_SECONDS)];
    expect(await refused([...terms, ...window, "--mistake", "4000"])).to.include(
      "--mistake 4000, --negligence 3000, --malice 10000: a worse verdict may not cost less",
    );
  });

  it("shows a pending contribution, refuses to accept it early, and accepts it after its window", async () => {
    const shown = await told(["contribution", "show", "1"]);
    expect(shown).to.include({
      contribution: "1",
      contributor: owner,
      status: "pending",
      records: 2,
      bond: String(OPEN),
    });
    expect(shown["uri"]).to.equal(`at/${String(shown["contentRoot"])}`);
    expect(await refused(["contribution", "accept", "1"])).to.match(
      /accept contribution 1: ReviewWindowOpen\(1, \d+\); nothing was sent/,
    );
    expect(await refused(["contribution", "withdraw", "1"])).to.match(/contribution 1 is not accepted yet/);
    // The second one may have been made a second later.
    const { acceptableFrom } = await told(["contribution", "show", "2"]);
    await chain.waitUntil(Number(acceptableFrom));
    // In their order, whatever the order in which they are named.
    const { accepted } = await told(["contribution", "accept", "2", "1"]);
    expect(accepted).to.deep.equal([
      { contribution: "1", position: "3", bondReturned: String(OPEN) },
      { contribution: "2", position: "3", bondReturned: String(OPEN / 2n) },
    ]);
    expect(await told(["contribution", "accept", "1"])).to.deep.equal({ accepted: [] });
    expect(await told(["contribution", "show", "1"])).to.include({ status: "accepted", position: "3", bond: "0" });
  });

  it("erases the texts that are kept here, and nothing else", async () => {
    const first = await told(["contribution", "erase", "1"]);
    expect(first).to.include({ contribution: "1", erased: true });
    expect(existsSync(String(first["texts"]))).to.equal(false);
    expect(await told(["contribution", "erase", "1"], 1)).to.include({ erased: false });
    expect(await told(["contribution", "show", "1"])).to.include({ status: "accepted", withdrawnAt: 0 });
  });

  it("erases no texts that another registry has under the number", async () => {
    const others = join(folder, "others");
    await keepContribution(others, 2n, ["of another registry"]);
    expect(await refused(["contribution", "erase", "2", "--contents", others])).to.include(
      `${others} keeps other records as contribution 2`,
    );
    expect(readFileSync(textFile(others, 2n, 0), "utf8")).to.equal("of another registry");
    // Without its hashes nobody can tell whose they are.
    rmSync(hashesFile(others, 2n));
    expect(await refused(["contribution", "erase", "2", "--contents", others])).to.include("nothing was erased");
    expect(existsSync(textFile(others, 2n, 0))).to.equal(true);
  });

  it("registers a model, shows it, sets its prices, registers a further version", async () => {
    writeFileSync(join(folder, "weights"), "weights");
    const terms = [
      "--uri",
      "about",
      "--developer",
      "1900",
      "--data",
      "7000",
      "--input-price",
      "3",
      "--output-price",
      "15",
    ];
    const registered = await told([
      "model",
      "register",
      "--weights",
      join(folder, "weights"),
      "--datanet",
      "1",
      ...terms,
    ]);
    const weightsHash = toHex(keccak256(Buffer.from("weights")));
    expect(registered).to.include({
      model: "1",
      version: "1",
      records: "3",
      weightsHash,
      licenceFees: String(10n * OPEN),
    });
    expect(await told(["model", "price", "1", "--input-price", "2.5", "--output-price", "12"])).to.include({
      version: "1",
    });
    const seller = ["model", "till", "1", "--gateway", GATEWAY];
    const made = await told(seller);
    expect(made).to.include({ model: "1", gateway: GATEWAY });
    expect(made["transaction"]).to.match(/^0x[0-9a-f]{64}$/);
    const isTill = {
      address: deployed.protocol.addresses.TillFactory,
      abi: tillFactoryAbi,
      functionName: "isTill",
    } as const;
    expect(await deployed.chain.client.readContract({ ...isTill, args: [made["till"] as Address] })).to.equal(true);
    expect(await told(seller), "made once").to.deep.equal({ ...made, transaction: null });
    const shown = await told(["model", "show", "1"]);
    expect(shown).to.include({
      owner,
      weightsHash,
      inputPrice: String((25n * OPEN) / 10n),
      outputPrice: String(12n * OPEN),
    });
    expect(shown["split"]).to.deep.equal({
      treasury: 100,
      gateway: 500,
      curators: 300,
      stakers: 200,
      developer: 1900,
      data: 7000,
    });
    const further = ["model", "register", "--model", "1", "--weights-hash", weightsHash, "--datanet", "1", ...terms];
    expect(await told([...further, "--another"])).to.include({ model: "1", version: "2" });
    const show = await told(["contribution", "show", "2"]);
    expect(BigInt(String(show["licenceIncome"])) > 0n).to.equal(true);
  });

  it("registers and pays once where the receipt is lost, and says what to look at", async () => {
    const weights = ["--weights-hash", toHex(keccak256(Buffer.from("lost")))];
    const terms = ["--uri", "u", "--developer", "1900", "--data", "7000", "--input-price", "3", "--output-price", "15"];
    const register = ["model", "register", ...weights, "--datanet", "1", ...terms];
    const versions = async (): Promise<bigint> => {
      const registry = { address: deployed.protocol.addresses.ModelRegistry, abi: modelRegistryAbi } as const;
      return chain.client.readContract({ ...registry, functionName: "versionCount" });
    };
    const [before, node] = [await versions(), await silentNode(chain.rpcUrl, 2)];
    const lost = await callTributary(register, { ...environment, TRIBUTARY_RPC_URL: node.url });
    node.close();
    expect(lost.code).to.equal(1);
    expect(lost.errors)
      .to.match(/transaction 0x[0-9a-f]{64} was sent, and whether it is in a block is not known: [^]*look it up/)
      .and.not.to.include("run this again");
    expect(await refused(register)).to.match(
      new RegExp(
        `version ${before + 1n} of model \\d+, of ${owner}, has these weights already: nothing was sent; .*--another`,
      ),
    );
    expect(await versions()).to.equal(before + 1n);
  });

  it("creates no second datanet of the same terms and address unless it is told to", async () => {
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    const same = ["datanet", "create", ...terms, "--uri", "twice"];
    const node = await silentNode(chain.rpcUrl, 1);
    const lost = await callTributary(same, { ...environment, TRIBUTARY_RPC_URL: node.url });
    node.close();
    expect([lost.code, lost.output]).to.deep.equal([1, ""]);
    expect(await refused(same)).to.match(
      /datanet 2, of 0x\w+, has these terms and this --uri already: nothing was sent/,
    );
    expect(await told([...same, "--another"])).to.include({ datanet: "3" });
    expect(await told([...same.slice(0, -1), "else"])).to.include({ datanet: "4" });
  });

  it("waits for what a killed run sent before it looks for what is there", async () => {
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    const create = ["datanet", "create", ...terms, "--uri", "killed"];
    const waiting = async (): Promise<boolean> =>
      (await chain.client.getTransactionCount({ address: owner, blockTag: "pending" })) >
      (await chain.client.getTransactionCount({ address: owner }));
    await chain.client.setAutomine(false);
    try {
      const { child, ended } = startTributary(create, environment);
      await until(waiting, 30_000, () => "the transaction in the mempool");
      child.kill("SIGKILL");
      await ended;
      setTimeout(() => void chain.client.mine({ blocks: 1 }), 1_500);
      const { code, errors } = await callTributary(create, environment);
      expect(errors).to.match(/datanet 5, of 0x\w+, has these terms and this --uri already: nothing was sent/);
      expect(code).to.equal(2);
      expect(await waiting()).to.equal(false);
    } finally {
      await chain.client.setAutomine(true);
    }
  });

  it("refuses what is wrong, and changes nothing", async () => {
    const terms = ["--uri", "u", "--developer", "1900", "--data", "7001", "--input-price", "3", "--output-price", "15"];
    const hash = ["--weights-hash", toHex(new Uint8Array(32))];
    expect(await refused(["model", "register", ...hash, "--datanet", "1", ...terms])).to.match(
      /add up to 10001 basis points and must be 10000: treasury 100, .* change one by -1/,
    );
    expect(await refused(["model", "register", "--datanet", "1", ...terms])).to.match(
      /--weights <file> or by --weights-hash/,
    );
    // Nor is an approval of the licence fee left behind, which is the first transaction of a registration.
    const shares = [...terms.slice(0, 3), "4900", "--data", "4000", ...terms.slice(6)];
    expect(await refused(["model", "register", ...hash, "--datanet", "1", ...shares])).to.include(
      "register the model: DataShareTooLow(1, 5000, 4000); nothing was sent",
    );
    const unknown = /there is no model version 99 on this chain: they are numbered from 1 to 3/;
    expect(await refused(["model", "show", "99"])).to.match(unknown);
    expect(await refused(["model", "till", "99", "--gateway", GATEWAY])).to.match(/there is no model 99 on this chain/);
    expect(await refused(["model", "till", "1", "--gateway", zeroAddress])).to.match(/--gateway is the zero address/);
    expect(await refused(["model", "price", "99", ...terms.slice(-4)])).to.match(unknown);
    expect(await refused(["model", "register", ...hash, "--parent", "99", ...terms])).to.match(unknown);
    expect(await refused(["contribution", "show", "99"])).to.match(/there is no contribution 99 on this chain/);
    expect(await refused(["contribution", "withdraw", "99"])).to.match(/there is no contribution 99 on this chain/);
    expect(await refused(["contribution", "withdraw", "2"], { TRIBUTARY_PRIVATE_KEY: localPrivateKey(1) })).to.include(
      `contribution 2 was made by ${owner}, who alone can withdraw it; ${localAddress(1)} would sign`,
    );
    expect(await refused(["datanet", "show", "99"])).to.match(/there is no datanet 99 on this chain/);
    expect(await refused(["claim", "99"])).to.match(
      /there is no position 99 on this chain: they are numbered from 1 to \d+/,
    );
    expect(await refused(["claim", "3", "--to", `0x${"0".repeat(40)}`])).to.match(/--to is the zero address/);
    const other = join(folder, "other.json");
    writeFileSync(other, '{"chainId": 5}');
    expect(await refused(["datanet", "list"], { TRIBUTARY_DEPLOYMENT: other })).to.match(
      /other\.json: "addresses" is not/,
    );
  });

  it("claims direct income before any epoch is final, to another address if the owner says so", async () => {
    // The curator's cut of three licence fees.
    const to = localAddress(9);
    const { paid, payments } = await told(["claim", "2", "--to", to]);
    expect(paid).to.equal(String(3n * OPEN));
    expect(payments).to.have.length(1);
    expect((payments as Record<string, unknown>[])[0]).to.include({ position: "2", recipient: to, attributed: "0" });
    const again = await callTributary(["claim", "--all"], environment);
    expect([again.code, again.output]).to.deep.equal([0, "nothing is to be claimed\n"]);
    const statement = await told(["statement", "2"]);
    expect(statement).to.include({ earned: String(3n * OPEN), paid: String(3n * OPEN) });
  });

  it("tells what a position's present owner earned from what earlier owners did, and what went with it", async () => {
    const { OpenToken, RoyaltyLedger, RoyaltyPositions } = deployed.protocol.addresses;
    const { datanet } = await told(["datanet", "create", ...termsOf("sold")]);
    const read = { address: RoyaltyPositions, abi: royaltyPositionsAbi } as const;
    const position = await chain.client.readContract({ ...read, functionName: "positionCount" });
    const sending = [chain, accountAt(0)] as const;
    await send(...sending, OpenToken, openTokenAbi, "approve", [RoyaltyLedger, 9n * OPEN]);
    const accrue = (amount: bigint) =>
      send(...sending, RoyaltyLedger, royaltyLedgerAbi, "accrue", [[position], [amount]]);
    await accrue(2n * OPEN);
    await told(["claim", String(position)]);
    await accrue(3n * OPEN);
    const buyer = localAddress(9);
    await send(...sending, RoyaltyPositions, royaltyPositionsAbi, "transferFrom", [owner, buyer, position]);
    await accrue(4n * OPEN);
    await told(["claim", String(position)]);
    const statement = await told(["statement", String(position)]);
    expect(statement, `datanet ${String(datanet)}`).to.deep.include({
      ...{ earned: String(4n * OPEN), takenOver: String(3n * OPEN), handedOver: "0", paid: String(7n * OPEN) },
      ...{ earlierOwners: { earned: String(5n * OPEN), paid: String(2n * OPEN) }, missingEpochs: [] },
    });
    const transfers = statement["transfers"] as Record<string, unknown>[];
    expect(transfers).to.have.length(1);
    expect(transfers[0]).to.include({ from: owner, to: buyer, amount: String(3n * OPEN), epoch: null });
    const bought = await told(["statement", buyer]);
    expect(bought).to.deep.include({ positions: [String(position)], earned: String(4n * OPEN) });
  });

  it("says why a contribution was rejected: the earlier record that a proof showed, or the verdict and what was objected", async () => {
    const { ContributionReview: review, OpenToken, OperatorStaking } = deployed.protocol.addresses;
    const sending = [chain, accountAt(0)] as const;
    for (const spender of [OperatorStaking, review])
      await send(...sending, OpenToken, openTokenAbi, "approve", [spender, 2n * STAKE]);
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    const { datanet } = await told(["datanet", "create", ...terms, "--uri", "about"]);
    await send(...sending, OperatorStaking, operatorStakingAbi, "openPool", [VALIDATOR, BigInt(String(datanet)), 0]);
    await send(...sending, OperatorStaking, operatorStakingAbi, "stake", [1n, STAKE]);

    const contributed: bigint[] = [];
    for (const [i, texts] of [["said first"], ["new", "said first"], ["poor"]].entries()) {
      const source = join(folder, `judged-${i}.jsonl`);
      writeFileSync(source, texts.map((text) => `${JSON.stringify(text)}\n`).join(""));
      const args = ["contribute", source, "--datanet", String(datanet), "--licence", "CC0-1.0"];
      const { contributions } = await told([...args, "--contents", join(folder, `judged-${i}`)]);
      contributed.push(BigInt((contributions as { contribution: string }[])[0]!.contribution));
    }
    const [original, copy, poor] = contributed as [bigint, bigint, bigint];
    const hash = recordHash("said first");
    const openings = [
      contentTree([recordHash("new"), hash]).open(CONTENT.depth, 1),
      contentTree([hash]).open(CONTENT.depth, 0),
    ];
    const [opening, earlierOpening] = openings.map((each) => toHex(each)) as [Hex, Hex];
    const shown = [copy, 1n, original, 0n, toHex(hash), opening, earlierOpening] as const;
    await send(...sending, review, contributionReviewAbi, "proveDuplicate", shown);
    // A vote's weight is measured before it begins.
    await wait(chain, 2);
    const objection = [poor, VERDICTS.indexOf("mistake"), toHex(hash), "ipfs:why"] as const;
    await send(...sending, review, contributionReviewAbi, "object", objection);
    const ballot = {
      chainId: 31_337n,
      review,
      roundId: 1n,
      voter: owner,
      verdict: "negligence",
      salt: toHex(hash),
    } as const;
    await send(...sending, review, contributionReviewAbi, "commitVote", [1n, 1n, reviewVoteHash(ballot)]);
    const read = { address: review, abi: contributionReviewAbi, functionName: "parameters" } as const;
    const { commitSeconds } = await chain.client.readContract(read);
    await wait(chain, commitSeconds);
    const vote = [1n, 1n, VERDICTS.indexOf("negligence"), toHex(hash)] as const;
    await send(...sending, review, contributionReviewAbi, "revealVote", vote);
    await wait(chain, 2 * WINDOW_SECONDS);
    await told(["contribution", "accept", String(original)]);
    await send(...sending, review, contributionReviewAbi, "settleDuplicate", [copy, original]);
    await send(...sending, review, contributionReviewAbi, "resolve", [poor]);

    const duplicate = `its record ${toHex(hash)} stands in the earlier contribution ${original}, as was shown; 0.05 OPEN of the bond were lost`;
    const verdict = "the validators found negligence, for what ipfs:why says; 0.15 OPEN of the bond were lost";
    for (const [contribution, kind, text] of [
      [copy, "duplicate", duplicate],
      [poor, "negligence", verdict],
    ] as const) {
      expect(await told(["contribution", "show", String(contribution)])).to.deep.include({
        status: "rejected",
        reason: { kind, text },
      });
      const { output } = await callTributary(["contribution", "show", String(contribution)], environment);
      expect(output).to.match(new RegExp(`^reason +${text.replace(".", "\\.")}$`, "m"));
    }
    expect(await told(["contribution", "show", String(original)])).to.include({ status: "accepted" });

    // Where a node has lost its logs, no reason, sum or number is made up.
    const pruned = await startNodeWithoutLogs(chain.rpcUrl);
    try {
      const without = async (...args: string[]) => {
        const found = await callTributary([...args, "--json"], { ...environment, TRIBUTARY_RPC_URL: pruned.url });
        return { code: found.code, json: JSON.parse(found.output) as Record<string, unknown>, text: found.output };
      };
      for (const contribution of [copy, poor]) {
        const { code, json, text } = await without("contribution", "show", String(contribution));
        expect([code, json["status"], (json["reason"] as { kind: string }).kind]).to.deep.equal([
          1,
          "rejected",
          "unknown",
        ]);
        expect(text).to.include("its logs may be pruned or late").and.not.to.include("of the bond were lost");
      }
      const datanet = await without("datanet", "show", "1");
      expect([datanet.code, datanet.json["contributionsMade"]]).to.deep.equal([1, null]);
      expect(datanet.json["contributionsAccepted"]).not.to.equal(0);
    } finally {
      await pruned.stop();
    }
  });

  it("withdraws a contribution from future models once, and says what that does and what it does not", async () => {
    const before = await told(["contribution", "show", "2"]);
    const { code, output, errors } = await callTributary(["contribution", "withdraw", "2"], environment);
    expect(code, errors).to.equal(0);
    expect(output)
      .to.match(/contribution 2 was withdrawn at /)
      .and.include("models that were registered before go on using its records and go on paying for them")
      .and.include("is attested by its developer, and cannot be proven");
    const after = await told(["contribution", "show", "2"]);
    const { withdrawnAt } = after;
    expect(withdrawnAt).to.be.greaterThan(0);
    // What it had of licence income is with its position; nothing else of it changed.
    expect(BigInt(String(before["licenceIncome"])) > 0n).to.equal(true);
    expect(after).to.deep.equal({ ...before, licenceIncome: "0", withdrawnAt });
    expect((await callTributary(["contribution", "show", "2"], environment)).output).to.match(
      /withdrawn .*: models that were registered before go on paying for it, those registered after have it in their index without weight \(that they were not trained on it is their developers' word\)/,
    );
    const nonce = await chain.client.getTransactionCount({ address: owner });
    expect(await told(["contribution", "withdraw", "2"])).to.deep.equal({
      contribution: "2",
      withdrawnAt,
      isNew: false,
    });
    expect(await chain.client.getTransactionCount({ address: owner })).to.equal(nonce);
  });

  it("lists the newest datanets, and tells what it claimed where a later transaction fails", async () => {
    const { DatanetRegistry, OpenToken, RoyaltyLedger } = deployed.protocol.addresses;
    const sending = [chain, accountAt(0)] as const;
    const registry = { address: DatanetRegistry, abi: datanetRegistryAbi } as const;
    const terms = await chain.client.readContract({ ...registry, functionName: "termsOf", args: [1n] });
    for (let i = 0; i < 50; i++)
      await send(...sending, DatanetRegistry, datanetRegistryAbi, "createDatanet", [terms, "n"]);
    const count = Number(await chain.client.readContract({ ...registry, functionName: "datanetCount" }));
    const { datanets } = await told(["datanet", "list"]);
    expect((datanets as { datanet: string }[]).map(({ datanet }) => datanet)).to.deep.equal(
      Array.from({ length: 50 }, (_, i) => String(count - 49 + i)),
    );
    expect((await callTributary(["datanet", "list"], environment)).output).to.include(
      `… and ${count - 50} earlier ones`,
    );

    const shown = await told(["datanet", "create", ...termsOf("claimed")]);
    const last = BigInt(String(shown["curatorPosition"]));
    const positions = Array.from({ length: 17 }, (_, i) => last - 16n + BigInt(i));
    await send(...sending, OpenToken, openTokenAbi, "approve", [RoyaltyLedger, 17n * OPEN]);
    await send(...sending, RoyaltyLedger, royaltyLedgerAbi, "accrue", [positions, positions.map(() => OPEN)]);
    const node = await failingNode(chain.rpcUrl, 2);
    const args = ["claim", ...positions.map(String)];
    const { code, output } = await callTributary([...args, "--json"], { ...environment, TRIBUTARY_RPC_URL: node.url });
    node.close();
    expect(code).to.equal(1);
    const { paid, payments, failed } = JSON.parse(output) as Record<string, unknown>;
    expect([paid, (payments as object[]).length]).to.deep.equal([String(16n * OPEN), 16]);
    expect(failed).to.deep.include({ positions: [String(last)], notSent: [], isUnknown: false });
    expect((failed as { error: string }).error).to.match(new RegExp(`^claim for positions ${last}: `));
    expect(await told(args)).to.include({ paid: String(OPEN), positionsWithoutIncome: 16 });

    // Where the answer to the second is lost, it is not said that it was not paid: it was.
    await send(...sending, OpenToken, openTokenAbi, "approve", [RoyaltyLedger, 17n * OPEN]);
    await send(...sending, RoyaltyLedger, royaltyLedgerAbi, "accrue", [positions, positions.map(() => OPEN)]);
    let sent = 0;
    const losing = await refusingNode(
      chain.rpcUrl,
      () => false,
      (body) => body.includes("eth_sendRawTransaction") && ++sent >= 2,
    );
    const lost = await callTributary(args, { ...environment, TRIBUTARY_RPC_URL: losing.url });
    losing.close();
    expect(lost.code).to.equal(1);
    expect(lost.output)
      .to.include(`whether positions ${last} were paid is not known: claim for positions ${last}: `)
      .and.to.include("look up the transaction number")
      .and.not.to.include("not paid:");
    expect(await told(args)).to.include({ paid: "0", positionsWithoutIncome: 17 });
  });

  it("accepts nothing where one of those named cannot be, and tells what it accepted where a later one fails", async () => {
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    const { datanet } = await told(["datanet", "create", ...terms, "--uri", "ordered"]);
    const source = join(folder, "texts.jsonl");
    const args = ["contribute", source, "--datanet", String(datanet), "--licence", "CC0-1.0", "--batch", "1"];
    const { contributions } = await told([...args, "--contents", join(folder, "ordered")]);
    const [a, b, c] = (contributions as { contribution: string }[]).map(({ contribution }) => contribution) as [
      ...[string, string, string],
    ];
    const { acceptableFrom } = await told(["contribution", "show", c]);
    await chain.waitUntil(Number(acceptableFrom));
    expect(await refused(["contribution", "accept", a, "999"])).to.match(/there is no contribution 999 on this chain/);
    expect(await refused(["contribution", "accept", c, a])).to.include(
      `accept contribution ${c}: contribution ${b} of its datanet is earlier and not settled; name it, too; nothing was sent`,
    );
    expect(await refused(["contribution", "accept", b])).to.include(`EarlierContributionPending(${b}, ${a})`);
    const node = await failingNode(chain.rpcUrl, 2);
    const { code, output } = await callTributary(["contribution", "accept", c, b, a, "--json"], {
      ...environment,
      TRIBUTARY_RPC_URL: node.url,
    });
    node.close();
    expect(code).to.equal(1);
    const { accepted, failed } = JSON.parse(output) as Record<string, unknown>;
    expect((accepted as { contribution: string }[]).map(({ contribution }) => contribution)).to.deep.equal([a]);
    expect(failed).to.include({ contribution: b });
    expect((failed as { error: string }).error).to.match(new RegExp(`^accept contribution ${b}: .*`));
    const rest = (await told(["contribution", "accept", a, b, c]))["accepted"] as { contribution: string }[];
    expect(rest.map(({ contribution }) => contribution)).to.deep.equal([b, c]);
  });

  it("says that a transaction may have been sent where the node's answer to it is lost, and which", async () => {
    const terms = ["--bond-per-record", "0.5", "--licence-fee", "10", "--review-window", String(WINDOW_SECONDS)];
    const create = ["datanet", "create", ...terms, "--uri", "answer lost"];
    const nonce = await chain.client.getTransactionCount({ address: owner });
    const node = await refusingNode(
      chain.rpcUrl,
      () => false,
      (body) => body.includes("eth_sendRawTransaction"),
    );
    const lost = await callTributary(create, { ...environment, TRIBUTARY_RPC_URL: node.url });
    node.close();
    expect([lost.code, lost.output]).to.deep.equal([1, ""]);
    expect(lost.errors)
      .to.include("whether it was sent is not known")
      .and.to.include(`look up the transaction number ${nonce} of ${owner}`);
    // It was: nothing is created twice.
    expect(await refused(create)).to.include("nothing was sent");
  });
});
