// Says of what is counted over kept epochs that others, which are final too, are not among them.

export function NotAllKept({ what }: { what: string }) {
  return (
    <>
      {" "}
      <strong>Not all:</strong> the chain has other final epochs of that time, whose bundles this indexer does not keep;{" "}
      {what} are without them.
    </>
  );
}
