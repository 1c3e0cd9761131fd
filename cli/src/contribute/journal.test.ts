// What a journal says of itself when it was left by a killed run, and when it can't be opened.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { UserError } from "../errors.ts";
import { Journal, type Scope } from "./journal.ts";

const SCOPE: Scope = { chainId: 1, registry: `0x${"ab".repeat(20)}`, contributor: `0x${"cd".repeat(20)}`, datanet: 1n };
const JOURNAL = new URL("./journal.ts", import.meta.url).href;

/** Adds `count` records at once, and is killed before they are kept, or after. */
function runKilled(file: string, count: number, isKept: boolean): void {
  const program = `
    import { randomBytes } from "node:crypto";
    const { Journal } = await import(${JSON.stringify(JOURNAL)});
    const scope = ${JSON.stringify({ ...SCOPE, datanet: "1" })};
    const journal = new Journal(${JSON.stringify(file)}, { ...scope, datanet: BigInt(scope.datanet) });
    const hashes = Array.from({ length: ${count} }, () => randomBytes(32));
    const root = { hash: "0x" + "01".repeat(32), sum: ${count}n };
    await journal.atOnce(async () => {
      journal.add({ root, hashes }, { kind: 0, licence: "CC0-1.0", uri: "", salt: "0x01", fromBlock: 1n });
      ${isKept ? "" : 'process.kill(process.pid, "SIGKILL");'}
    });
    process.kill(process.pid, "SIGKILL");`;
  const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(signal, stderr).to.equal("SIGKILL");
}

function refusal(open: () => Journal): string {
  try {
    open().close();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was opened");
}

describe("the journal of contributions", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-journal-"));
    file = join(folder, "journal.sqlite");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("can be looked at after a kill in the midst of more records than memory holds: what was not kept is not there", () => {
    runKilled(file, 10, true);
    runKilled(file, 100_000, false);
    expect(existsSync(`${file}-journal`)).to.equal(true);
    const journal = new Journal(file, SCOPE, true);
    expect(journal.entries().map(({ root }) => root.sum)).to.deep.equal([10n]);
    journal.close();
  });

  it("can be looked at where a run was killed before its tables were made, and is none where there are others", () => {
    writeFileSync(file, "");
    const journal = new Journal(file, SCOPE, true);
    expect(journal.entries()).to.deep.equal([]);
    journal.close();
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE other (n INTEGER)");
    other.close();
    expect(refusal(() => new Journal(file, SCOPE, true))).to.match(
      /is no journal \(.*\): name another folder with --contents$/,
    );
    writeFileSync(file, "no database ".repeat(100));
    expect(refusal(() => new Journal(file, SCOPE))).to.include("is no journal");
  });

  it("is not called wrong, nor another folder advised, where it can't be opened or is in use", () => {
    mkdirSync(file);
    for (const isReadOnly of [true, false])
      expect(refusal(() => new Journal(file, SCOPE, isReadOnly)))
        .to.match(/could not be opened: .*run the same command again$/)
        .and.not.to.include("--contents");
    rmSync(file, { recursive: true });
    const journal = new Journal(file, SCOPE);
    for (const isReadOnly of [true, false])
      expect(refusal(() => new Journal(file, SCOPE, isReadOnly))).to.include("is in use by another run");
    journal.close();
  });
});
