// Addresses and hashes: shortened to read, whole in the title and to copy.
import { useState } from "react";
import { Link } from "react-router";
import { shorten } from "../format/shorten.ts";
import { paths } from "../paths.ts";

/** An account or a contract; leads to the positions that it owns. */
export function Account({ address }: { address: string }) {
  return (
    <span className="hex">
      <Link to={paths.positionsOf(address)} title={address}>
        <code>{shorten(address)}</code>
      </Link>
      <Copy text={address} what="address" />
    </span>
  );
}

export function Hash({ hex, what = "hash" }: { hex: string; what?: string }) {
  return (
    <span className="hex">
      <code title={hex}>{shorten(hex)}</code>
      <Copy text={hex} what={what} />
    </span>
  );
}

function Copy({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="copy"
      aria-label={isCopied ? "copied" : `copy the ${what} ${shorten(text)}`}
      onBlur={() => setCopied(false)}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {isCopied ? <path d="M3 8.5l3.5 3.5L13 4.5" /> : <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />}
      </svg>
    </button>
  );
}
