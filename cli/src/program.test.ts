// The command as a whole: what every command has, how it ends, what shells complete.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "commander";
import { expect } from "chai";
import { table, toJson } from "./output.ts";
import { tributary } from "./program.ts";
import { callTributary } from "./testing/called-tributary.ts";
import { runTributary } from "./testing/tributary-process.ts";

/** All commands that do something, by their full names. */
function leaves(command: Command, name = ""): [string, Command][] {
  const full = `${name} ${command.name()}`.trim();
  return command.commands.length === 0 ? [[full, command]] : command.commands.flatMap((each) => leaves(each, full));
}

describe("the tributary command", function () {
  this.timeout(60_000);

  it("has --json, a description and a description of each option in every command", () => {
    const all = leaves(tributary()).filter(([name]) => name !== "tributary complete");
    expect(all.map(([name]) => name.replace("tributary ", ""))).to.include.members([
      ...["start", "deploy", "datanet create", "datanet show", "datanet list", "contribute", "contribution show"],
      ...["contribution accept", "contribution withdraw", "model register", "model show", "model price", "model till"],
      ...["index build", "index commit", "attribute", "propose", "watch", "claim", "statement", "explain", "audit"],
    ]);
    for (const [name, command] of all) {
      expect(command.description(), name).not.to.equal("");
      expect(
        command.options.map(({ long }) => long),
        name,
      ).to.include("--json");
      for (const { long, description } of command.options) expect(description, `${name} ${long}`).not.to.equal("");
    }
  });

  it("takes no key on the command line", () => {
    for (const [name, command] of leaves(tributary()))
      for (const { long } of command.options) expect(long, name).not.to.match(/private|secret|^--key$|^--password$/);
  });

  const wrong: [args: string[], says: RegExp][] = [
    [["bogus"], /unknown command 'bogus'/],
    [["claim", "0"], /must be a number from 1/],
    [["claim"], /name positions, such as tributary claim 5 7, or --all/],
    [["explain", "0x12"], /0x12 is neither a receipt's id/],
    [["datanet", "list"], /--deployment <file> is missing/],
    [["contribute", "/none", "--datanet", "1", "--licence", "CC0-1.0"], /\/none: there is no such file or folder/],
    [["audit"], /missing required argument 'epoch'/],
    [["statement", "me"], /--deployment <file> is missing/],
  ];
  for (const [args, says] of wrong)
    it(`is refused where it is called wrongly, in words and as one JSON object: ${args.join(" ")}`, async () => {
      const { code, output, errors } = await callTributary(args);
      expect([code, output]).to.deep.equal([2, ""]);
      expect(errors).to.match(says);
      const asJson = await callTributary([...args, "--json"]);
      expect([asJson.code, asJson.output]).to.deep.equal([2, ""]);
      const told = JSON.parse(asJson.errors) as { error: string; exitCode: number };
      expect(told).to.have.all.keys("error", "exitCode").and.to.include({ exitCode: 2 });
      expect(told.error).to.match(says);
    });

  it("ends with 2 then, and prints nothing on standard output", async () => {
    const [words, json] = await Promise.all([runTributary(["claim"]), runTributary(["claim", "--json"])]);
    expect([words.code, words.output, json.code, json.output]).to.deep.equal([2, "", 2, ""]);
    expect(words.errors).to.match(/^tributary: name positions, such as/);
    const { error } = JSON.parse(json.errors) as { error: string };
    expect(words.errors).to.equal(`tributary: ${error}\n`);
  });

  it("prints help in groups, with exit codes, and ends with 0", async () => {
    const { code, output, errors } = await callTributary(["--help"]);
    expect([code, errors]).to.deep.equal([0, ""]);
    expect(output)
      .to.match(/^Contribute:\n {2}datanet /m)
      .and.to.match(/^Ends with 0 when done, with 1 /m);
    for (const [name] of leaves(tributary())) {
      const help = await callTributary([...name.split(" ").slice(1), "--help"]);
      expect([help.code, help.errors], name).to.deep.equal([0, ""]);
      expect(help.output).to.contain(`Usage: ${name}`).and.not.to.contain("default: false");
    }
    const { output: claim } = await callTributary(["claim", "--help"]);
    expect(claim).to.match(/^Connection:\n {2}--rpc <url> .*^Key:\n {2}--key-file <file> .*^Output:\n {2}--json /ms);
  });

  it("completes commands, options and their values in bash, zsh and fish", async () => {
    const [bash, zsh, fish, commands, options, values] = await Promise.all(
      [
        ["bash"],
        ["zsh"],
        ["fish"],
        ["--", "datanet", ""],
        ["--", "contribute", "--li"],
        ["--", "contribute", "--split", ""],
      ].map(async (args) => (await runTributary(["complete", ...args])).output),
    );
    expect(bash).to.match(/complete .*-F _tributary tributary$/m);
    expect(zsh).to.contain("#compdef tributary");
    expect(fish).to.match(/complete -c tributary/);
    expect(commands)
      .to.match(/^create\t/m)
      .and.to.match(/^list\t/m);
    expect(options).to.match(/^--licence\t/m);
    expect(values)
      .to.match(/^paragraph/m)
      .and.to.match(/^file/m);
  });

  /** Runs a script in a shell without its start-up files, with `tributary` as a function or program there; skips where there is no such shell. */
  async function inShell(test: Mocha.Context, shell: string, args: readonly string[], script: readonly string[]) {
    const main = fileURLToPath(new URL("main.ts", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "tributary-completion-"));
    const kept = join(folder, "kept");
    writeFileSync(kept, "as it was");
    try {
      const { stdout } = await promisify(execFile)(shell, [...args, "-c", script.join("\n")], {
        cwd: folder,
        env: { ...process.env, NODE: process.execPath, MAIN: main, KEPT: kept },
      });
      expect(readdirSync(folder)).to.deep.equal(["kept"]);
      expect(readFileSync(kept, "utf8")).to.equal("as it was");
      return stdout;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      process.stderr.write(`skipped: there is no ${shell} here\n`);
      return test.skip();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What a shell must not run before Enter, and a file that it must not write to. */
  const HOSTILE = ["'>'", '"$KEPT"', "'$(echo run > \"$KEPT\")'", "'`echo run > \"$KEPT\"`'", "';'"].join(" ");

  it("completes in Bash, and offers files where the program knows nothing", async function () {
    const script = [
      'tributary() { "$NODE" "$MAIN" "$@"; }',
      "source <(tributary complete bash)",
      "complete -p tributary",
      'ask() { COMP_WORDS=(tributary "$@") COMP_CWORD=$#; _tributary; echo "${COMPREPLY[*]}"; }',
      "ask datanet ''",
      "ask contribute --split = pa",
      "ask contribute te",
      `ask statement 5 ${HOSTILE} --un`,
      `ask contribute --split = ${HOSTILE} --li`,
    ];
    expect((await inShell(this, "bash", ["--noprofile", "--norc"], script)).split("\n")).to.deep.equal([
      "complete -o bashdefault -o default -F _tributary tributary",
      ...["create show list help", "paragraph", "", "--until", "--licence", ""],
    ]);
  });

  it("completes in zsh", async function () {
    const script = [
      'tributary() { "$NODE" "$MAIN" "$@"; }',
      "autoload -Uz compinit && compinit -u -D",
      "source <(tributary complete zsh)",
      "print -r -- $_comps[tributary]",
      // Called as the line editor does; what it would show is printed.
      "_describe() { print -rl -- ${(P)2} }",
      'words=(tributary datanet ""); CURRENT=3; _tributary',
      "words=(tributary contribute --li); CURRENT=3; _tributary",
      "compset() { }; _files() { print files }",
      "words=(tributary contribute ke); CURRENT=3; _tributary",
      `words=(tributary statement 5 ${HOSTILE} --un); CURRENT=$#words; _tributary`,
      "words=(tributary contribute '--x$(echo run > \"$KEPT\")=' ); CURRENT=$#words; _tributary",
    ];
    const lines = (await inShell(this, "zsh", ["-f"], script)).trimEnd().split("\n");
    expect(lines[0]).to.equal("_tributary");
    expect(lines.slice(1).map((line) => line.split(":")[0])).to.have.ordered.members([
      ...["create", "show", "list", "help", "--licence", "files", "--until"],
    ]);
  });

  it("completes in fish", async function () {
    const script = [
      "function tributary; $NODE $MAIN $argv; end",
      "tributary complete fish | source",
      'complete -C "tributary datanet "',
      'complete -C "tributary contribute --li"',
      'complete -C "tributary contribute ke"',
      'complete -C "tributary contribute --split=pa"',
      `complete -C 'tributary statement 5 > kept (echo run > kept) --un'`,
    ];
    const lines = (await inShell(this, "fish", ["--no-config"], script)).trimEnd().split("\n");
    expect(lines.map((line) => line.split("\t")[0])).to.have.members([
      ...["create", "show", "list", "help", "--licence", "kept", "--split=paragraph", "--until"],
    ]);
  });

  it("shows no text of others that a terminal would obey", () => {
    expect(table(["x"], [["\u001b]0;title\u0007"]])).not.to.contain("\u001b");
    const uri = "\u009b31m\u202e\u007f\u061c\u2028";
    expect(toJson({ uri })).to.match(/^[\x20-\x7e]+$/);
    expect(JSON.parse(toJson({ uri }))).to.deep.equal({ uri });
  });
});
