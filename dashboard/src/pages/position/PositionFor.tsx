// What a position is paid for.
import { Link } from "react-router";
import { paths } from "../../paths.ts";

interface Kinded {
  kind: string;
  datanetId: string | null;
  modelId: string | null;
}

export function PositionFor({ position: { kind, datanetId, modelId } }: { position: Kinded }) {
  if (datanetId !== null)
    return (
      <>
        {kind}, <Link to={paths.datanet(datanetId)}>datanet {datanetId}</Link>
      </>
    );
  if (modelId !== null)
    return (
      <>
        {kind}, <Link to={paths.model(modelId)}>model {modelId}</Link>
      </>
    );
  return kind;
}
