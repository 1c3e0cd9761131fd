// The newest of the answers that a payer kept: by which question each is known.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

export interface ListedAnswer {
  /** Of the receipt. */
  id: string;
  /** The question, or its beginning. */
  prompt: string;
}

const RECEIPT_FILE = /^(0x[0-9a-f]{64})\.json$/;
const MOST_LENGTH = 160;
/** Of more files the newest are not looked for: they are the first of the folder's list. */
const MOST_SORTED = 10_000;

/** What is no kept answer is passed over. */
export async function newestAnswers(folder: string, count: number): Promise<ListedAnswer[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => RECEIPT_FILE.test(name));
  const times = names.length > MOST_SORTED ? [] : await Promise.all(names.map((name) => timeOf(join(folder, name))));
  const sorted = names
    .map((name, i) => ({ name, time: times[i] ?? 0 }))
    .sort((a, b) => b.time - a.time || a.name.localeCompare(b.name))
    .slice(0, count);
  const listed = await Promise.all(sorted.map(({ name }) => readListed(folder, name)));
  return listed.filter((each) => each !== undefined);
}

async function timeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

async function readListed(folder: string, name: string): Promise<ListedAnswer | undefined> {
  try {
    const { prompt } = JSON.parse(await readFile(join(folder, name), "utf8")) as { prompt?: unknown };
    if (typeof prompt !== "string") return undefined;
    const cut = [...prompt].slice(0, MOST_LENGTH).join("");
    return { id: RECEIPT_FILE.exec(name)![1]!, prompt: cut.length < prompt.length ? `${cut} …` : cut };
  } catch {
    return undefined;
  }
}
