/** What the benchmark starts is the gateway. */
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { gatewayCommand } from "./gateway-command.ts";

describe("gatewayCommand", () => {
  it("starts the gateway's program", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...gatewayCommand(), "--help"], {
      encoding: "utf8",
    });

    expect(status, stderr).to.equal(0);
    expect(stdout).to.include("serve");
  });
});
