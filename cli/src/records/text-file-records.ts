// Records of a text file: its paragraphs, its lines, or the whole of it.
import { readFileSync } from "node:fs";
import { type ReadOptions, type TextRecord, utf8 } from "./text-record.ts";

/** Records without anything but white space are left out. @throws UserError if the file is not UTF-8 */
export function* textFileRecords(file: string, { split }: ReadOptions): Generator<TextRecord> {
  const text = utf8(readFileSync(file), file).replaceAll("\r\n", "\n");
  if (split === "file") {
    yield { text, where: file };
    return;
  }
  const lines = text.split("\n");
  if (split === "line") {
    for (const [i, line] of lines.entries())
      if (line.trim() !== "") yield { text: line, where: `${file} line ${i + 1}` };
    return;
  }
  let begun: string[] = [];
  for (let i = 0; i <= lines.length; i++) {
    const line = lines[i];
    if (line !== undefined && line.trim() !== "") begun.push(line);
    else if (begun.length > 0) {
      yield { text: begun.join("\n"), where: `${file} line ${i + 1 - begun.length}` };
      begun = [];
    }
  }
}
