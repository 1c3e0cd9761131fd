// A model's version by its number, with the way to its model where the index has it.
import { Link } from "react-router";
import { paths } from "../paths.ts";

export function VersionLink({ id, version }: { id: string; version: { modelId: string } | null }) {
  if (version === null) return id;
  return (
    <Link to={paths.model(version.modelId)}>
      Version {id} of model {version.modelId}
    </Link>
  );
}
