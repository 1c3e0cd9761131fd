// A text with spans marked.
import type { Span } from "./spans.ts";

export function Marked({ text, spans }: { text: string; spans: readonly Span[] }) {
  let last = 0;
  return (
    <blockquote className="words">
      {spans.map(({ from, to }) => {
        const before = text.slice(last, from);
        last = to;
        return (
          <span key={from}>
            {before}
            <mark>{text.slice(from, to)}</mark>
          </span>
        );
      })}
      {text.slice(last)}
    </blockquote>
  );
}
