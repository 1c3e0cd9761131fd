// Writes files so that a killed process leaves either the old content or the new, on the disk.
import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** For the operator's eyes alone. */
const MODE = 0o600;

/** Has `fill` write a temporary neighbour of `path`, flushes it and renames it into place. */
export async function writeDurably<Result>(path: string, fill: (file: FileHandle) => Promise<Result>): Promise<Result> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", MODE);
  let result: Result;
  try {
    result = await fill(file);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
  return result;
}

/** A JSON file, `undefined` where there is none. Throws an Error that names it if it is no JSON. */
export async function readJsonFile<Value>(path: string): Promise<Value | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new Error(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
}

export function writeJsonFile(path: string, value: object): Promise<void> {
  return writeDurably(path, (file) => file.writeFile(`${JSON.stringify(value)}\n`));
}
