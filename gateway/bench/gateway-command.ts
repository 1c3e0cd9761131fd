/** What node is given by `npm run gateway`, so that a benchmark measures the gateway as it is started. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** Node's options and the program, with its whole path. Throws where the script of package.json is no call of node. */
export function gatewayCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
    scripts: { gateway: string };
  };
  const called = /^(?:exec )?node ((?:--\S+ )*)(\S+)$/u.exec(scripts.gateway);
  if (called === null) {
    throw new Error(
      `package.json: the script gateway is no call of node with options and a program: ${scripts.gateway}`,
    );
  }
  const [, options = "", program = ""] = called;
  return [...options.split(" ").filter((option) => option !== ""), fileURLToPath(new URL(program, ROOT))];
}
