// What the log strikes out.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { createLog } from "./log.ts";

describe("the log", () => {
  const told = (event: object): Record<string, unknown> => {
    const lines: string[] = [];
    createLog("info", { write: (line) => void lines.push(line) }).info(event);
    return JSON.parse(lines.join("")) as Record<string, unknown>;
  };

  it("strikes out secret members at the top and one below, whatever they hold, and leaves the event as it was", () => {
    const event = {
      event: "seen",
      prompt: "a text",
      key: { of: "two parts" },
      salt: undefined,
      call: { "payment-signature": "0x12", messages: ["a text"], status: 200 },
      calls: [{ status: 200 }],
    };
    const before = structuredClone(event);
    const shown = told(event);
    expect(shown).to.deep.include({
      event: "seen",
      prompt: "[redacted]",
      key: "[redacted]",
      call: { "payment-signature": "[redacted]", messages: "[redacted]", status: 200 },
      calls: [{ status: 200 }],
    });
    expect(JSON.stringify(shown)).not.to.match(/a text|two parts|0x12/u);
    expect(event).to.deep.equal(before);
  });

  it("writes what it has gathered before the process exits", () => {
    const program = `const { createLog } = await import(${JSON.stringify(new URL("./log.ts", import.meta.url).href)});
      const log = createLog("info");
      for (let line = 0; line < 40; line++) log.info({ event: "seen", line });
      process.exit(3);`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(status).to.equal(3);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).to.deep.equal([...Array(40).keys()]);
  });

  it("says of an error its kind and place, and not its words", () => {
    const error = Object.assign(new TypeError("a text"), { input: "a text", code: "E1" });
    const shown = told({ event: "failed", error }).error as Record<string, unknown>;
    expect(shown).to.include({ type: "TypeError", code: "E1" });
    expect(JSON.stringify(shown)).not.to.contain("a text");
  });
});
