// The work folder is emptied, and a disk without space is refused before anything is written.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { explainError, UserError } from "../errors.ts";
import { openWorkFolder } from "./work-folder.ts";

describe("the work folder", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-work-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("removes what an earlier run left, and nothing beside it", () => {
    writeFileSync(join(openWorkFolder(folder).engine, "corpus.json"), "half a fi");
    writeFileSync(join(folder, "mine.txt"), "kept");
    const opened = openWorkFolder(folder);
    expect(existsSync(join(opened.engine, "corpus.json"))).to.equal(false);
    expect(existsSync(join(folder, "mine.txt"))).to.equal(true);
  });

  it("refuses to empty a folder that no main job made", () => {
    mkdirSync(join(folder, "start"));
    writeFileSync(join(folder, "start", "thesis.txt"), "years of work");
    expect(() => openWorkFolder(folder)).to.throw(UserError, "--work-dir");
    expect(existsSync(join(folder, "start", "thesis.txt"))).to.equal(true);
  });

  it("takes over from a main job that is gone, also where its process id is another's now", () => {
    const { path } = openWorkFolder(folder);
    writeFileSync(join(path, "process-id"), "1");
    expect(openWorkFolder(folder).path).to.equal(path);
  });

  it("takes over what a main job left that was killed while it opened the folder", () => {
    mkdirSync(join(folder, "start"));
    const { path } = openWorkFolder(folder);
    writeFileSync(join(path, "process-id"), "");
    expect(openWorkFolder(folder).path).to.equal(path);
  });

  it("refuses the folder of a main job that is at work", () => {
    const { path } = openWorkFolder(folder);
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", "main.ts", "start"]);
    try {
      writeFileSync(join(path, "process-id"), String(other.pid));
      expect(() => openWorkFolder(folder)).to.throw(UserError, String(other.pid));
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("refuses a disk with too little space, naming the folder and both sizes", () => {
    expect(() => openWorkFolder(folder, Number.MAX_SAFE_INTEGER))
      .to.throw(UserError)
      .with.property("message")
      .that.includes(folder)
      .and.includes("MiB free")
      .and.includes("--work-dir");
    expect(existsSync(join(folder, "start"))).to.equal(false);
  });

  it("explains a write that finds the disk full", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", path: "/x/y" });
    expect(explainError(full)).to.be.instanceOf(UserError).with.property("message").that.includes("/x/y");
  });
});
