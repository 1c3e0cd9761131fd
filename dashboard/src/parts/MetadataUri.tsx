// An address out of metadata, which anyone may have written: a link only if it cannot run anything.
import { safeLink } from "../format/link.ts";

export function MetadataUri({ uri }: { uri: string }) {
  if (uri === "") return <span className="none">none</span>;
  const href = safeLink(uri);
  if (href === undefined) return <code className="foreign">{uri}</code>;
  return (
    <a className="foreign" href={href} rel="noopener noreferrer nofollow external">
      {uri}
    </a>
  );
}
