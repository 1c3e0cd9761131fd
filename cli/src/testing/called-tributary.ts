// Calls the tributary command in this process, for tests of what a command does; a process of its own takes half a second more.
import { run } from "../run.ts";
import type { Ended } from "./tributary-process.ts";

/** Runs a command to its end, with nothing of this process's environment that begins with TRIBUTARY_ but what is given. One at a time. */
export async function callTributary(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const inherited = { ...process.env };
  const others = Object.entries(inherited).filter(([name]) => !name.startsWith("TRIBUTARY_"));
  process.env = { ...Object.fromEntries(others), ...environment };
  let output = "";
  let errors = "";
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  // Progress is written there.
  stderr.write = (chunk: Uint8Array | string) => {
    errors += String(chunk);
    return true;
  };
  try {
    const code = await run(args, { out: (text) => (output += text), err: (text) => (errors += text) });
    return { code, output, errors };
  } finally {
    stderr.write = write;
    process.env = inherited;
  }
}
