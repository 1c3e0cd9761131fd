// A pool by what is staked on in it.
import { Link } from "react-router";
import { Account } from "../../parts/Hex.tsx";
import { paths } from "../../paths.ts";

export interface NamedPool {
  kind: string;
  datanetId: string | null;
  modelId: string | null;
  operator: string | null;
}

export function PoolName({ pool: { kind, datanetId, modelId, operator } }: { pool: NamedPool }) {
  return (
    <>
      {kind}
      {operator !== null && (
        <>
          {" "}
          <Account address={operator} />
        </>
      )}
      {datanetId !== null && (
        <>
          {" "}
          of <Link to={paths.datanet(datanetId)}>datanet {datanetId}</Link>
        </>
      )}
      {modelId !== null && (
        <>
          {" "}
          <Link to={paths.model(modelId)}>{modelId}</Link>
        </>
      )}
    </>
  );
}
