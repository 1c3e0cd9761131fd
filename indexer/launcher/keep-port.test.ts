// A process with the preload ends when its port is taken, and lets others be.
import { execFile } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);
const PRELOAD = new URL("keep-port.ts", import.meta.url).href;

describe("a port that was claimed", () => {
  it("is listened on, or the process ends and says so", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address() as AddressInfo;
    // As Ponder does: an error leads to another port.
    const program = `require("node:http").createServer().on("error", () => console.log("another port")).listen(${port}, "127.0.0.1")`;
    const start = (own: number) =>
      run(process.execPath, [`--import=${PRELOAD}`, "-e", program], { env: { ...process.env, PORT: String(own) } });
    try {
      expect((await start(port + 1)).stdout).to.equal("another port\n");
      const error: unknown = await start(port).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 1, stdout: "" });
      expect((error as { stderr: string }).stderr).to.include(`port ${port} was taken while it started`);
    } finally {
      holder.close();
    }
  });
});
