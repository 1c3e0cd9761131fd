// An address out of metadata, which anyone may have written: a link only if it cannot run anything.
import { MOST_OF_ADDRESS } from "../format/cut.ts";
import { safeLink } from "../format/link.ts";
import { Cut } from "./Foreign.tsx";

export function MetadataUri({ uri }: { uri: string }) {
  if (uri === "") return <span className="none">none</span>;
  const href = safeLink(uri);
  return (
    <Cut text={uri} most={MOST_OF_ADDRESS}>
      {(shown) =>
        href === undefined ? (
          <code className="foreign">{shown}</code>
        ) : (
          <a className="foreign" href={href} rel="noopener noreferrer nofollow external">
            {shown}
          </a>
        )
      }
    </Cut>
  );
}
