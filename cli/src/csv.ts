// Rows as CSV that a spreadsheet reads and runs nothing of.

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/** RFC 4180, but for the line feed of the last row, which every answer is printed with. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r`).join("\n");
}

/** Quoted where it has to be. A spreadsheet would run a text that begins like a formula, so such a text is shown as text. */
function field(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
