// Reads the deployment file of a deployment; what is wrong with it is said so that whoever named the file can mend that.
import { readFileSync } from "node:fs";
import { type Deployment, parseDeployment } from "./deployment.ts";

/** @throws Error that names the file, what is wrong and what to do */
export function readDeploymentFile(file: string): Deployment {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new Error(`--deployment ${file}: there is no such file; "tributary deploy" writes it`, { cause: error });
    const what = error instanceof SyntaxError ? `no JSON (${message})` : `not readable (${message})`;
    throw new Error(`--deployment ${file} is ${what}: name the file that the deployment wrote`, { cause: error });
  }
  return parseDeployment(value, file);
}
