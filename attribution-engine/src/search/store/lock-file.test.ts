// One process at a time claims a file, and what killed ones leave behind stops nobody.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lockFile } from "./lock-file.ts";

const MODULE = new URL("./lock-file.ts", import.meta.url).href;

describe("the lock of a file", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-lock-"));
    path = join(folder, "records.store");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A script for another process: takes the lock, says so, and then does what it is told. */
  const script = (then: string): string =>
    `import { lockFile } from ${JSON.stringify(MODULE)}; try { lockFile(${JSON.stringify(path)}); console.log("held"); ${then} } catch (error) { console.log(error.message); }`;
  const another = (): string =>
    spawnSync(process.execPath, ["--input-type=module", "-e", script("")], { encoding: "utf8" }).stdout.trim();

  it("is held by one, who is named to others, and is free when it is given back", () => {
    const unlock = lockFile(path);
    const own = new RegExp(
      `records\\.store: process ${process.pid} appends to it; if it does not, remove .*\\.lock\\.`,
    );
    expect(() => lockFile(path)).to.throw(own);
    expect(another()).to.match(own);
    unlock();
    expect(readdirSync(folder)).to.deep.equal([]);
    lockFile(path)();
  });

  it("is taken from a process that was killed", async () => {
    const holder = spawn(process.execPath, ["--input-type=module", "-e", script("setInterval(() => {}, 1000)")]);
    await once(holder.stdout, "data");
    expect(() => lockFile(path)).to.throw(`process ${holder.pid} appends to it`);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    lockFile(path)();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("is taken from an earlier process that had this one's number, and from one before the machine was started again", function () {
    if (process.platform !== "linux") this.skip();
    writeFileSync(`${path}.lock.${process.pid}.1.0`, "");
    const unlock = lockFile(path);
    const [own] = readdirSync(folder);
    unlock();
    const [, started, boot] = /\.(\d+)\.([0-9a-f]+)$/.exec(own!)!;
    for (const claim of [`${process.pid}.1.${boot}`, `${process.ppid}.${started}.00000000`]) {
      writeFileSync(`${path}.lock.${claim}`, "");
      lockFile(path)();
      expect(readdirSync(folder), claim).to.deep.equal([]);
    }
  });

  it("is given to no two that find a killed process's lock at once", async function () {
    if (process.platform !== "linux") this.skip();
    this.timeout(20_000);
    writeFileSync(`${path}.lock.${process.pid}.1.00000000`, "");
    const rivals = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", script("setInterval(() => {}, 1000)")]),
    );
    const said = await Promise.all(rivals.map(async ({ stdout }) => String((await once(stdout, "data"))[0]).trim()));
    rivals.forEach((rival) => rival.kill("SIGKILL"));
    expect(said.filter((line) => line === "held")).to.have.length.at.most(1);
    for (const line of said) expect(line).to.match(/^held$|appends to it/);
  });
});
