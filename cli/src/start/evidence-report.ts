// Prints the evidence of a call, which is shown beside its scores and plays no part in what is paid or proven.
import type { Evidence } from "./engine-results.ts";

const SHOWN_SPANS = 3;
const SHOWN_CITATIONS = 3;

/**
 * In lines: what of a call's answer stands word for word in records, longest first, and what its gateway cites.
 * @param all the evidence of every call
 */
export function evidenceSection({ spans, citations }: Evidence, all: readonly Evidence[]): string {
  const longest = [...spans].sort((a, b) => b.text.length - a.text.length);
  const lines = ["  Evidence, neither proof nor payment: what of the answer stands word for word in records"];
  for (const { text, occurrences, records } of longest.slice(0, SHOWN_SPANS)) {
    const [first] = records;
    const others = occurrences > 1 ? ` and ${occurrences - 1} more ${occurrences > 2 ? "places" : "place"}` : "";
    lines.push(`    “${text.trim()}”  ${first?.contributor ?? "?"}, ${first?.source ?? "?"}${others}`);
  }
  if (spans.length === 0) lines.push("    nothing but short runs of common words");
  if (spans.length > SHOWN_SPANS) lines.push(`    ${spans.length - SHOWN_SPANS} more, shorter`);
  for (const { source, excerpt } of citations.slice(0, SHOWN_CITATIONS)) {
    lines.push(`    cited by the gateway, unchecked: ${source}: “${excerpt}”`);
  }
  const repeating = all.filter((evidence) => evidence.spans.length > 0).length;
  lines.push(`    Of all ${all.length} answers ${repeating} have such a span.`);
  return lines.join("\n");
}
