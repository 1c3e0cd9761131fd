// Contributing to a real chain by the command: killed at any instant and run again, it doubles no contribution and loses no bond; what is wrong changes nothing.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { hashesFile, textFile } from "@tributary/protocol/content-folder";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { toHex } from "viem";
import { startAnvil, type Chain } from "../../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { ContentFolder } from "../contribute/content-folder.ts";
import { contentRoot, recordHash } from "../contribute/content.ts";
import { Journal, type Scope } from "../contribute/journal.ts";
import { type Ended, runTributary, startTributary } from "../testing/tributary-process.ts";

const RECORDS = 60;
const BATCH = 3;
const BOND_PER_RECORD = 10n ** 16n;
/** How long after its start a run is killed: from before it is connected to when most is done. */
const KILLS_MILLISECONDS = [450, 600, 900, 1_200, 1_500, 1_900];

describe("tributary contribute", function () {
  this.timeout(120_000);
  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  let environment: Record<string, string>;
  const contributor = localAddress(0);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-contribute-"));
    chain = await startAnvil();
    protocol = await deployContracts(chain, join(folder, "deploy"));
    environment = {
      TRIBUTARY_RPC_URL: chain.rpcUrl,
      TRIBUTARY_DEPLOYMENT: protocol.file,
      TRIBUTARY_PRIVATE_KEY: localPrivateKey(0),
    };
    const terms = ["--bond-per-record", "0.01", "--licence-fee", "1", "--review-window", "3600", "--uri", "about"];
    for (const datanet of ["1", "2", "3"]) {
      const created = await runTributary(["datanet", "create", ...terms, "--json"], environment);
      expect(JSON.parse(created.output)).to.include({ datanet, curator: contributor });
    }
  });

  after(async () => {
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  });

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
    const { code, output, errors } = await runTributary(args, environment);
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
    const told = JSON.parse((await runTributary(args, environment)).output) as {
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
    const { output } = await runTributary([...erase, "--contents", contents], environment);
    expect(JSON.parse(output)).to.include({ erased: true });
    const { code, errors } = await runTributary(args, environment);
    expect(code, errors).to.equal(0);
    expect(pending()).to.deep.equal([]);
    expect(numbers.map((number) => existsSync(hashesFile(contents, number)))).to.deep.equal([true, true]);
    // 410 where the text is served from.
    expect(numbers.map((number) => existsSync(textFile(contents, number, 0)))).to.deep.equal([false, true]);
  });

  it("refuses a folder with the contributions of another registry", () => {
    const other = { ...scopeOf(1n), chainId: 1 };
    expect(() => new Journal(join(folder, "killed", "journal.sqlite"), other, true)).to.throw(/is of the registry 0x/);
  });

  it("run again sends nothing; of a source that grew it contributes what is new", async () => {
    const source = write("growing.csv", 'text\none\ntwo\none\n" "\n');
    const first = JSON.parse((await runTributary(argumentsOf(source, 2, "growing"), environment)).output) as object;
    expect(first).to.deep.include({ records: "2", leftOut: { empty: 1, repeated: 1, known: 0 } });
    const nonce = await chain.client.getTransactionCount({ address: contributor });
    const again = await runTributary(argumentsOf(source, 2, "growing"), environment);
    expect(JSON.parse(again.output)).to.deep.include({ records: "2", leftOut: { empty: 1, repeated: 1, known: 2 } });
    expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
    write("growing.csv", "text\none\nthree\ntwo\n");
    const grown = await runTributary(argumentsOf(source, 2, "growing"), environment);
    expect(JSON.parse(grown.output)).to.deep.include({ records: "3", leftOut: { empty: 0, repeated: 0, known: 2 } });
    expect((await madeTo(2n)).map(({ contentRoot: { hash } }) => hash)).to.deep.equal([
      contentRoot(["one", "two"].map(recordHash)).hash,
      contentRoot(["three"].map(recordHash)).hash,
    ]);
  });

  it("with --dry-run says what it would cost, and changes nothing", async () => {
    const source = write("dry.jsonl", '"a"\n"b"\n"c"\n');
    const nonce = await chain.client.getTransactionCount({ address: contributor });
    const { code, output } = await runTributary(
      argumentsOf(source, 3, "dry", "--batch", "2", "--dry-run"),
      environment,
    );
    expect(code).to.equal(0);
    const told = JSON.parse(output) as Record<string, unknown>;
    expect(told).to.include({ dryRun: true, contributions: 2, records: "3", bond: String(3n * BOND_PER_RECORD) });
    expect(existsSync(join(folder, "dry"))).to.equal(false);
    expect(await chain.client.getTransactionCount({ address: contributor })).to.equal(nonce);
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
        const { code, output, errors }: Ended = await runTributary(args(), { ...environment, ...changed });
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
      const { code, errors } = await runTributary(argumentsOf(write("a.jsonl", '"a"'), 3, "poor"), poor);
      expect(errors).to.match(/has 0 OPEN, and the bond of the records takes 0\.01: send it 0\.01 more/);
      expect(code).to.equal(2);
      expect(await chain.client.getTransactionCount({ address: localAddress(5) })).to.equal(0);
    });
  });

  it("refuses a journal that another run uses", async () => {
    const contents = join(folder, "used");
    mkdirSync(contents);
    const journal = new Journal(join(contents, "journal.sqlite"), scopeOf(3n));
    try {
      const { code, errors } = await runTributary(argumentsOf(write("a.jsonl", '"a"'), 3, "used"), environment);
      expect(errors).to.match(/is in use by another run/);
      expect(code).to.equal(2);
    } finally {
      journal.close();
    }
  });
});
