// Contributing to a real chain by the command: killed at any instant and run again, it doubles no contribution and loses no bond; what is wrong changes nothing.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { hashesFile, textFile } from "@tributary/protocol/content-folder";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { type AbiFunction, getAbiItem, type Hex, keccak256, stringToBytes, toFunctionSelector, toHex } from "viem";
import { accountAt, type Chain } from "../../../deploy/testing/anvil.ts";
import { contribute } from "../../../deploy/testing/contribute.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send } from "../../../deploy/testing/send.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { contentRoot, recordHash } from "../contribute/content.ts";
import { Journal, type Scope } from "../contribute/journal.ts";
import { callTributary } from "../testing/called-tributary.ts";
import { type DeployedChain, startDeployedChain } from "../testing/deployed-chain.ts";
import { type Ended, startTributary } from "../testing/tributary-process.ts";
import { until } from "../../../deploy/testing/waiting.ts";

const RECORDS = 60;
const BATCH = 3;
const BOND_PER_RECORD = 10n ** 16n;
/** How long after its start a run is killed: from before it is connected to when most is done. */
const KILLS_MILLISECONDS = [450, 600, 900, 1_200, 1_500, 1_900];

describe("tributary contribute", function () {
  this.timeout(120_000);
  let deployed: DeployedChain;
  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  let environment: Readonly<Record<string, string>>;
  const contributor = localAddress(0);

  before(async () => {
    deployed = await startDeployedChain();
    ({ chain, protocol, folder, environment } = deployed);
    const terms = ["--bond-per-record", "0.01", "--licence-fee", "1", "--review-window", "3600", "--uri", "about"];
    for (const datanet of ["1", "2", "3"]) {
      const created = await callTributary(["datanet", "create", ...terms, "--another", "--json"], environment);
      expect(JSON.parse(created.output)).to.include({ datanet, curator: contributor });
    }
  });

  after(() => deployed.stop());

  function write(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  const argumentsOf = (source: string, datanet: number, contents: string, ...more: string[]): string[] => [
    ...["contribute", source, "--datanet", String(datanet), "--licence", "CC0-1.0"],
    ...["--contents", join(folder, contents), "--json", ...more],
  ];

  function scopeOf(datanet: bigint): Scope {
    return { chainId: 31337, registry: protocol.addresses.DatanetRegistry, contributor, datanet };
  }

  async function madeTo(datanet: bigint) {
    const events = await chain.client.getContractEvents({
      ...{ address: protocol.addresses.DatanetRegistry, abi: datanetRegistryAbi, eventName: "ContributionMade" },
      ...{ args: { datanet, contributor }, fromBlock: 0n, strict: true },
    });
    return events.map(({ args }) => args);
  }

  const bonds = (): Promise<bigint> =>
    chain.client.readContract({
      ...{ address: protocol.addresses.OpenToken, abi: openTokenAbi, functionName: "balanceOf" },
      args: [protocol.addresses.DatanetRegistry],
    });

  it("killed at any instant and run again, makes each contribution once", async () => {
    const texts = Array.from({ length: RECORDS }, (_, i) => `Record ${i} says something.`);
    const source = write("records.jsonl", texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    const args = argumentsOf(source, 1, "killed", "--batch", String(BATCH));
    const bondsBefore = await bonds();
    // Blocks come each second, so that a kill leaves transactions behind that are in none.
    await chain.client.setAutomine(false);
    await chain.client.setIntervalMining({ interval: 1 });
    for (const milliseconds of KILLS_MILLISECONDS) {
      const run = startTributary(args, environment);
      await sleep(milliseconds);
      run.child.kill("SIGKILL");
      await run.ended;
    }
    const { code, output, errors } = await callTributary(args, environment);
    await chain.client.setIntervalMining({ interval: 0 });
    await chain.client.setAutomine(true);
    expect(code, errors).to.equal(0);
    const told = JSON.parse(output) as {
      records: string;
      contributions: { contribution: string; contentRoot: string }[];
    };
    const made = await madeTo(1n);
    expect(made.length).to.equal(RECORDS / BATCH);
    expect(told.records).to.equal(String(RECORDS));
    expect(new Set(told.contributions.map(({ contribution }) => contribution))).to.deep.equal(
      new Set(made.map(({ contribution }) => String(contribution))),
    );
    const roots = Array.from({ length: RECORDS / BATCH }, (_, i) =>
      contentRoot(texts.slice(i * BATCH, (i + 1) * BATCH).map(recordHash)),
    );
    expect(new Set(made.map(({ contentRoot: { hash } }) => hash))).to.deep.equal(
      new Set(roots.map(({ hash }) => hash)),
    );
    expect((await bonds()) - bondsBefore).to.equal(BigInt(RECORDS) * BOND_PER_RECORD);
    // What shows the records later.
    const contents = join(folder, "killed");
    for (const { contribution, contentRoot: root } of made) {
      const batch = roots.findIndex(({ hash }) => hash === root.hash);
      const own = texts.slice(batch * BATCH, (batch + 1) * BATCH);
      const kept = own.map((_, i) => readFileSync(textFile(contents, contribution, i), "utf8"));
      expect(kept).to.deep.equal(own);
      const hashes = readFileSync(hashesFile(contents, contribution), "utf8").trimEnd().split("\n");
      expect(hashes).to.deep.equal(own.map((text) => toHex(recordHash(text))));
    }
    for (const part of ["hashes", "texts"]) expect(readdirSync(join(contents, part)).length).to.equal(made.length);
    expect(readdirSync(join(contents, "pending"))).to.deep.equal([]);
  });

  it("gives kept records the numbers that a run was killed before giving, and erases them before that too", async () => {
    const source = write("late.jsonl", '"late one"\n"late two"\n');
    const args = argumentsOf(source, 1, "late", "--batch", "1");
    const told = JSON.parse((await callTributary(args, environment)).output) as {
      contributions: { contribution: string }[];
    };
    const numbers = told.contributions.map(({ contribution }) => BigInt(contribution));
    const contents = join(folder, "late");
    const pending = (): string[] => readdirSync(join(contents, "pending"));
    // As a kill leaves it between the journal and the folder.
    const journal = new Journal(join(contents, "journal.sqlite"), scopeOf(1n));
    const entries = journal.entries();
    for (const entry of entries) new ContentFolder(contents).lost(entry, entry.contribution!);
    journal.made(entries[0]!, undefined);
    journal.close();
    expect(pending().length).to.equal(2);
    expect(existsSync(hashesFile(contents, numbers[0]!))).to.equal(false);
    const erase = ["contribution", "erase", String(numbers[0]), "--json"];
    const { output } = await callTributary([...erase, "--contents", contents], environment);
    expect(JSON.parse(output)).to.include({ erased: true });
    const { code, errors } = await callTributary(args, environment);
    expect(code, errors).to.equal(0);
    expect(pending()).to.deep.equal([]);
    expect(numbers.map((number) => existsSync(hashesFile(contents, number)))).to.deep.equal([true, true]);
    // 410 where the text is served from.
    expect(numbers.map((number) => existsSync(textFile(contents, number, 0)))).to.deep.equal([false, true]);
  });

  describe("run again after a reorganisation of the chain", () => {
    const texts = ["first", "second", "third", "fourth"].map((name) => `The ${name} record of a chain that forks.`);
    const roots = texts.map((text) => contentRoot([recordHash(text)]).hash);
    let source: string;

    before(() => {
      source = write("forked.jsonl", texts.map((text) => `${JSON.stringify(text)}\n`).join(""));
    });

    /** Runs it, and checks that the chain has each record's contribution once, under the number that the folder and the answer name. */
    async function contributesOnce(datanet: number): Promise<bigint[]> {
      const contents = `forked-${datanet}`;
      const { code, output, errors } = await callTributary(
        argumentsOf(source, datanet, contents, "--batch", "1"),
        environment,
      );
      expect(code, errors).to.equal(0);
      const made = (await madeTo(BigInt(datanet))).filter(({ contentRoot: { hash } }) => roots.includes(hash));
      expect(made.map(({ contentRoot: { hash } }) => hash)).to.have.members(roots);
      const numbers = roots.map((root) => made.find(({ contentRoot: { hash } }) => hash === root)!.contribution);
      const told = JSON.parse(output) as { contributions: { contribution: string; contentRoot: string }[] };
      expect(told.contributions.map(({ contribution }) => BigInt(contribution))).to.deep.equal(numbers);
      for (const [i, number] of numbers.entries())
        expect(readFileSync(textFile(join(folder, contents), number, 0), "utf8")).to.equal(texts[i]);
      for (const part of ["hashes", "texts"])
        expect(readdirSync(join(folder, contents, part)).length).to.equal(numbers.length);
      return numbers;
    }

    /** @param kept raw transactions, each with the number of the new block, from 0, that has it */
    async function reorganise(depth: bigint, kept: readonly (readonly [Hex, number])[] = []): Promise<void> {
      await chain.client.request({ method: "anvil_reorg" as never, params: [Number(depth), kept] as never });
    }

    it("makes again what is lost, though its numbers are another's now", async () => {
      const bondsBefore = await bonds();
      const numbers = await contributesOnce(2);
      // Each transaction has a block of its own: the last two contributions.
      await reorganise(2n);
      expect((await bonds()) - bondsBefore).to.equal(2n * BOND_PER_RECORD);
      const other = write("other.jsonl", '"of another source"\n');
      const { output } = await callTributary(argumentsOf(other, 3, "other"), environment);
      const [taken] = (JSON.parse(output) as { contributions: { contribution: string }[] }).contributions;
      expect(BigInt(taken!.contribution)).to.equal(numbers[2]);
      const again = await contributesOnce(2);
      expect(again.slice(0, 2)).to.deep.equal(numbers.slice(0, 2));
      expect(again.slice(2)).to.deep.equal([numbers[3]!, numbers[3]! + 1n]);
      expect((await bonds()) - bondsBefore).to.equal(5n * BOND_PER_RECORD);
    });

    it("finds what is there under another number, in a block before the one that it was sent after", async () => {
      const { DatanetRegistry: registry, OpenToken: token } = protocol.addresses;
      const stranger = accountAt(4);
      await send(chain, accountAt(0), token, openTokenAbi, "transfer", [stranger.address, BOND_PER_RECORD]);
      const bondsBefore = await bonds();
      const before = await chain.client.getBlockNumber();
      await send(chain, stranger, token, openTokenAbi, "approve", [registry, BOND_PER_RECORD]);
      const content = { hash: contentRoot([recordHash("a stranger's")]).hash, sum: 1n };
      await contribute(chain, protocol, { account: stranger, datanetId: 3n, kind: 0, contentRoot: content });
      const sentAfter = await chain.client.getBlockNumber();
      const numbers = await contributesOnce(3);
      const end = await chain.client.getBlockNumber();
      const sent: Hex[] = [];
      for (let blockNumber = sentAfter + 1n; blockNumber <= end; blockNumber++) {
        const { transactions } = await chain.client.getBlock({ blockNumber });
        for (const hash of transactions)
          sent.push(
            await chain.client.request({ method: "eth_getRawTransactionByHash" as never, params: [hash] as never }),
          );
      }
      // Reservations first: a contribution in the block of its own is refused.
      await reorganise(
        end - before,
        sent.map((raw, i) => [raw, i < sent.length - texts.length ? 0 : 1] as const),
      );
      const nonce = await chain.client.getTransactionCount({ address: contributor });
      expect(await contributesOnce(3)).to.deep.equal(numbers.map((number) => number - 1n));
      expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
      expect((await bonds()) - bondsBefore).to.equal(4n * BOND_PER_RECORD);
    });
  });

  it("refuses a folder with the contributions of another registry", () => {
    const other = { ...scopeOf(1n), chainId: 1 };
    expect(() => new Journal(join(folder, "killed", "journal.sqlite"), other, true)).to.throw(/is of the registry 0x/);
  });

  it("run again sends nothing; of a source that grew it contributes what is new", async () => {
    const source = write("growing.csv", 'text\none\ntwo\none\n" "\n');
    const first = JSON.parse((await callTributary(argumentsOf(source, 2, "growing"), environment)).output) as object;
    expect(first).to.deep.include({ records: "2", leftOut: { empty: 1, repeated: 1, known: 0 } });
    const nonce = await chain.client.getTransactionCount({ address: contributor });
    const again = await callTributary(argumentsOf(source, 2, "growing"), environment);
    expect(JSON.parse(again.output)).to.deep.include({ records: "2", leftOut: { empty: 1, repeated: 1, known: 2 } });
    expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
    write("growing.csv", "text\none\nthree\ntwo\n");
    const grown = await callTributary(argumentsOf(source, 2, "growing"), environment);
    expect(JSON.parse(grown.output)).to.deep.include({ records: "3", leftOut: { empty: 0, repeated: 0, known: 2 } });
    expect((await madeTo(2n)).map(({ contentRoot: { hash } }) => hash)).to.deep.equal([
      contentRoot(["one", "two"].map(recordHash)).hash,
      contentRoot(["three"].map(recordHash)).hash,
    ]);
  });

  it("with --dry-run says what it would cost, and changes nothing", async () => {
    const source = write("dry.jsonl", '"a"\n"b"\n"c"\n');
    const nonce = await chain.client.getTransactionCount({ address: contributor });
    const { code, output } = await callTributary(
      argumentsOf(source, 3, "dry", "--batch", "2", "--dry-run"),
      environment,
    );
    expect(code).to.equal(0);
    const told = JSON.parse(output) as Record<string, unknown>;
    expect(told).to.include({ dryRun: true, contributions: 2, records: "3", bond: String(3n * BOND_PER_RECORD) });
    expect(existsSync(join(folder, "dry"))).to.equal(false);
    expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
  });

  describe("run again with other records or another licence after a kill", () => {
    const PRIVATE = "A sentence that its owner thinks better of.";
    const STAYS = "A sentence that stays.";
    const licenceHash = (licence: string): Hex => keccak256(stringToBytes(licence));
    const rootOf = (...texts: string[]): Hex => contentRoot(texts.map(recordHash)).hash;
    const PAID = "LicenseRef-paid-only";
    const PENDING_MILLISECONDS = 20_000;

    const sourceOf = (name: string, ...texts: string[]): string =>
      write(`${name}.jsonl`, texts.map((text) => `${JSON.stringify(text)}\n`).join(""));

    const argsOf = (source: string, contents: string, licence: string, ...more: string[]): string[] => [
      ...["contribute", source, "--datanet", "3", "--licence", licence],
      ...["--contents", join(folder, contents), "--json", ...more],
    ];

    /** Runs a command until the transaction of one function is sent, kills it, and lets the blocks have what was sent. */
    async function killedAt(functionName: "approve" | "reserve" | "contribute", args: string[]): Promise<void> {
      const abi = [...openTokenAbi, ...datanetRegistryAbi];
      const selector = toFunctionSelector(getAbiItem({ abi, name: functionName }) as AbiFunction);
      const sent = async (): Promise<readonly Hex[]> => {
        const { transactions } = await chain.client.getBlock({ blockTag: "pending", includeTransactions: true });
        return transactions.filter(({ from }) => from === contributor.toLowerCase()).map(({ input }) => input);
      };
      await chain.client.setAutomine(false);
      const run = startTributary(args, environment);
      let isOver = false;
      void run.ended.then(() => (isOver = true));
      await until(
        async () => {
          const inputs = await sent();
          if (isOver || inputs.some((input) => input.startsWith(selector))) return true;
          if (inputs.length > 0) await chain.client.mine({ blocks: 1 });
          return false;
        },
        PENDING_MILLISECONDS,
        () => `${functionName} was sent`,
      );
      expect(isOver, (isOver ? await run.ended : undefined)?.errors).to.equal(false);
      run.child.kill("SIGKILL");
      await run.ended;
      await chain.client.setAutomine(true);
      await chain.client.mine({ blocks: 1 });
    }

    /** Contributions of this suite to the datanet, from a number on. */
    async function madeFrom(first: number) {
      return (await madeTo(3n))
        .slice(first)
        .map(({ contentRoot: { hash }, licence, kind }) => ({ hash, licence, kind }));
    }

    /** @returns the failure's message */
    async function refused(args: string[]): Promise<string> {
      const nonce = await chain.client.getTransactionCount({ address: contributor });
      const { code, output, errors } = await callTributary(args, environment);
      expect([code, output], errors).to.deep.equal([2, ""]);
      expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
      return (JSON.parse(errors.slice(errors.indexOf("{"))) as { error: string }).error;
    }

    async function answered(args: string[]): Promise<Record<string, unknown>> {
      const { code, output, errors } = await callTributary(args, environment);
      expect(code, errors).to.equal(0);
      return JSON.parse(output) as Record<string, unknown>;
    }

    it("stops before anything is sent, and forgets or makes what was noted as it is told", async () => {
      const { DatanetRegistry: registry, OpenToken: token } = protocol.addresses;
      await send(chain, accountAt(0), token, openTokenAbi, "approve", [registry, 0n]);
      const first = (await madeTo(3n)).length;
      const source = sourceOf("withdrawn", PRIVATE, STAYS);
      await killedAt("approve", argsOf(source, "withdrawn", "CC0-1.0"));
      sourceOf("withdrawn", STAYS, "A third one.");
      const message = await refused(argsOf(source, "withdrawn", PAID));
      expect(message).to.include("2 records (data, CC0-1.0): 1 of its records is not in the source");
      expect(message).to.include(
        'the licence is now "LicenseRef-paid-only", not "CC0-1.0"; nothing of it is on the chain',
      );
      expect(message).to.match(/--finish-unfinished makes .*\n--drop-unfinished forgets .*\nnothing was sent$/);
      const dry = await answered(argsOf(source, "withdrawn", PAID, "--dry-run"));
      expect(dry).to.include({ contributions: 1, records: "1", bond: String(3n * BOND_PER_RECORD) });
      const [left] = dry["unfinished"] as { differences: string[] }[];
      expect(left).to.include({ kind: "data", licence: "CC0-1.0", records: "2", isReserved: false });
      expect(left!.differences.length).to.equal(2);
      const dryDrop = await answered(argsOf(source, "withdrawn", PAID, "--dry-run", "--drop-unfinished"));
      expect(dryDrop).to.include({ contributions: 1, records: "2", bond: String(2n * BOND_PER_RECORD) });
      const told = await answered(argsOf(source, "withdrawn", PAID, "--drop-unfinished"));
      expect(told).to.deep.include({ dropped: 1, records: "2", leftOut: { empty: 0, repeated: 0, known: 0 } });
      expect(await madeFrom(first)).to.deep.equal([
        { hash: rootOf(STAYS, "A third one."), licence: licenceHash(PAID), kind: 0 },
      ]);
      expect(readdirSync(join(folder, "withdrawn", "pending"))).to.deep.equal([]);
      const kept = readdirSync(join(folder, "withdrawn", "texts"), { recursive: true, withFileTypes: true });
      for (const file of kept.filter((each) => each.isFile()))
        expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.to.equal(PRIVATE);
    });

    it("says of a reservation what it costs to drop it; drops it, or makes it as it was", async () => {
      const first = (await madeTo(3n)).length;
      for (const end of ["drop", "finish"]) {
        const texts = [PRIVATE, STAYS].map((text) => `${text} To ${end}.`);
        const source = sourceOf(end, ...texts);
        await killedAt("reserve", argsOf(source, end, "CC0-1.0"));
        const message = await refused(argsOf(source, end, "CC0-1.0", "--kind", "synthetic", "--uri", "x:{root}"));
        expect(message).to.include('the kind is now "synthetic", not "data"');
        expect(message).to.include(`the uri is now "x:${rootOf(...texts)}", not ""; reserved on the chain`);
        expect(message).to.match(/a reservation holds no bond .* who drops it loses its gas alone/);
      }
      const bondsBefore = await bonds();
      const [, second] = [PRIVATE, STAYS].map((text) => `${text} To drop.`);
      sourceOf("drop", second!);
      expect(await answered(argsOf(join(folder, "drop.jsonl"), "drop", PAID, "--drop-unfinished"))).to.include({
        ...{ dropped: 1, records: "1" },
      });
      expect((await bonds()) - bondsBefore).to.equal(BOND_PER_RECORD);
      sourceOf("finish", "Another one.");
      const told = await answered(argsOf(join(folder, "finish.jsonl"), "finish", PAID, "--finish-unfinished"));
      expect((told["contributions"] as { licence: string }[]).map(({ licence }) => licence)).to.deep.equal([
        ...["CC0-1.0", PAID],
      ]);
      const finished = [PRIVATE, STAYS].map((text) => `${text} To finish.`);
      expect(await madeFrom(first)).to.deep.equal([
        { hash: rootOf(second!), licence: licenceHash(PAID), kind: 0 },
        { hash: rootOf(...finished), licence: licenceHash("CC0-1.0"), kind: 0 },
        { hash: rootOf("Another one."), licence: licenceHash(PAID), kind: 0 },
      ]);
    });

    it("does not drop what the chain has by then, and says its licence", async () => {
      const source = sourceOf("made", "Made by the killed run.");
      await killedAt("contribute", argsOf(source, "made", "CC0-1.0"));
      const told = await answered(argsOf(source, "made", PAID, "--drop-unfinished"));
      expect(told).to.deep.include({ dropped: 0, records: "1", leftOut: { empty: 0, repeated: 0, known: 1 } });
      expect((told["contributions"] as object[])[0]).to.include({ licence: "CC0-1.0" });
    });

    it("goes on without a question where the source has grown, and drops nothing whose records it cannot tell", async () => {
      const source = sourceOf("lost", "A first one.");
      await killedAt("reserve", argsOf(source, "lost", "CC0-1.0"));
      const pending = join(folder, "lost", "pending");
      renameSync(pending, `${pending}-elsewhere`);
      const args = argsOf(sourceOf("lost", "A second one.", "A first one."), "lost", "CC0-1.0");
      expect(await refused(args)).to.include("its records are not in pending/ any more");
      for (const more of [["--drop-unfinished"], ["--drop-unfinished", "--dry-run"]])
        expect(await refused([...args, ...more])).to.match(/cannot be told from others: put the folder back/);
      expect(await refused([...args, "--drop-unfinished", "--finish-unfinished"])).to.include("cannot be used with");
      renameSync(`${pending}-elsewhere`, pending);
      expect(await answered(args)).to.deep.include({
        ...{ dropped: 0, records: "2", leftOut: { empty: 0, repeated: 0, known: 1 } },
      });
    });
  });

  describe("changes nothing where", () => {
    const refusals: [what: string, args: () => string[], changed: Record<string, string>, says: RegExp][] = [
      [
        "a line late in the source is wrong",
        () => argumentsOf(write("wrong.jsonl", '"a"\n"b"\n{"x"\n'), 3, "refused", "--batch", "1"),
        {},
        /wrong\.jsonl line 3: no JSON/,
      ],
      [
        "there is no such datanet",
        () => argumentsOf(write("a.jsonl", '"a"'), 9, "refused"),
        {},
        /there is no datanet 9/,
      ],
      [
        "nobody signs",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused"),
        { TRIBUTARY_PRIVATE_KEY: "" },
        /nobody signs/,
      ],
      [
        "the key is none, without showing it",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused"),
        { TRIBUTARY_PRIVATE_KEY: "0xsecret" },
        /^(?!.*secret).*TRIBUTARY_PRIVATE_KEY is not a private key/s,
      ],
      [
        "no chain answers, without showing the URL's key",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused"),
        { TRIBUTARY_RPC_URL: "http://127.0.0.1:1/secret" },
        /^(?!.*secret).*no chain answers at http:\/\/127\.0\.0\.1:1 /s,
      ],
      [
        "there is no deployment file",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused"),
        { TRIBUTARY_DEPLOYMENT: "/none.json" },
        /--deployment \/none\.json: there is no such file/,
      ],
      [
        "an option is unknown",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused", "--bogus"),
        {},
        /unknown option '--bogus'/,
      ],
      [
        "the batch is out of range",
        () => argumentsOf(write("a.jsonl", '"a"'), 3, "refused", "--batch", "16777217"),
        {},
        /must be a whole number from 1 to 16777216/,
      ],
    ];
    for (const [what, args, changed, says] of refusals)
      it(what, async () => {
        const nonce = await chain.client.getTransactionCount({ address: contributor });
        const { code, output, errors }: Ended = await callTributary(args(), { ...environment, ...changed });
        expect(errors).to.match(says);
        expect([code, output]).to.deep.equal([2, ""]);
        expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
        for (const part of ["texts", "hashes", "pending"]) {
          const kept = join(folder, "refused", part);
          expect(existsSync(kept) ? readdirSync(kept) : []).to.deep.equal([]);
        }
      });

    it("the account has too few tokens for the bond", async () => {
      const poor = { ...environment, TRIBUTARY_PRIVATE_KEY: localPrivateKey(5) };
      const { code, errors } = await callTributary(argumentsOf(write("a.jsonl", '"a"'), 3, "poor"), poor);
      expect(errors).to.match(
        /has 0 OPEN, and the bond of the records takes 0\.01: send it 0\.01 more, and run this again/,
      );
      expect(code).to.equal(1);
      expect(await chain.client.getTransactionCount({ address: localAddress(5) })).to.equal(0);
    });
  });

  it("refuses a journal that another run uses", async () => {
    const contents = join(folder, "used");
    mkdirSync(contents);
    const journal = new Journal(join(contents, "journal.sqlite"), scopeOf(3n));
    try {
      const { code, errors } = await callTributary(argumentsOf(write("a.jsonl", '"a"'), 3, "used"), environment);
      expect(errors).to.match(/is in use by another run/);
      expect(code).to.equal(2);
    } finally {
      journal.close();
    }
  });
});
