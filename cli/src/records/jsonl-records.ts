// Records of a file of JSON lines: objects with a field of text, or texts.
import { createReadStream } from "node:fs";
import { UserError } from "../errors.ts";
import { type ReadOptions, textColumn, type TextRecord, USUAL_COLUMN, utf8 } from "./text-record.ts";

const LINE_FEED = 0x0a;

/** @throws UserError naming the line that is no JSON, or has no text */
export async function* jsonlRecords(file: string, { column }: ReadOptions): AsyncGenerator<TextRecord> {
  let line = 0;
  let field: string | undefined;
  for await (const bytes of linesOf(file)) {
    line++;
    const where = `${file} line ${line}`;
    const source = utf8(bytes, where);
    if (source.trim() === "") continue;
    const value = parsed(source, where);
    if (typeof value === "string") {
      yield { text: value, where };
      continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new UserError(`${where}: expected an object with a field of text, or a text`);
    const fields = value as Record<string, unknown>;
    const names = Object.keys(fields);
    if (field === undefined) {
      // What is null here may be a text in other lines.
      const ofText = names.filter((name) => typeof fields[name] === "string" || fields[name] === null);
      field = textColumn(names, ofText, column, where);
    } else if (column === undefined && field !== USUAL_COLUMN && USUAL_COLUMN in fields)
      throw new UserError(
        `${where}: has a field "${USUAL_COLUMN}", while the text of lines above is in "${field}"; name one with --column`,
      );
    const found = fields[field];
    if (found === null) yield { text: "", where };
    else if (typeof found === "string") yield { text: found, where };
    else throw new UserError(`${where}: no text in the field "${field}"`);
  }
}

/** The bytes of each line, without its end: JSON allows in its texts what elsewhere ends a line too, as U+2028. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  const line = (end: Buffer): Buffer => {
    const whole = begun.length === 0 ? end : Buffer.concat([...begun, end]);
    begun = [];
    return whole;
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield line(chunk.subarray(start, end));
      start = end + 1;
    }
    begun.push(chunk.subarray(start));
  }
  yield line(Buffer.of());
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where}: no JSON: ${(error as Error).message}`);
  }
}
