// Records of a file of JSON lines: objects with a field of text, or texts.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { UserError } from "../errors.ts";
import { type ReadOptions, textColumn, type TextRecord } from "./text-record.ts";

/** @throws UserError naming the line that is no JSON, or has no text */
export async function* jsonlRecords(file: string, { column }: ReadOptions): AsyncGenerator<TextRecord> {
  const input = createReadStream(file, { encoding: "utf8" });
  let line = 0;
  let field: string | undefined;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++;
    const where = `${file} line ${line}`;
    // What is no UTF-8 was read as replacement characters.
    if (text.includes("\ufffd")) throw new UserError(`${where}: not UTF-8, or a replacement character (U+FFFD) in it`);
    const source = line === 1 ? text.replace(/^\ufeff/, "") : text;
    if (source.trim() === "") continue;
    const value = parsed(source, where);
    if (typeof value === "string") {
      yield { text: value, where };
      continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new UserError(`${where}: expected an object with a field of text, or a text`);
    const fields = value as Record<string, unknown>;
    field ??= textColumn(
      Object.keys(fields).filter((name) => typeof fields[name] === "string"),
      column,
      where,
    );
    const found = fields[field];
    if (found === null) yield { text: "", where };
    else if (typeof found === "string") yield { text: found, where };
    else throw new UserError(`${where}: no text in the field "${field}"`);
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where}: no JSON: ${(error as Error).message}`);
  }
}
