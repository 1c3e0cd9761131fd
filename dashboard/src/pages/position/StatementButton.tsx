// Saves a statement of earnings, made here in the browser.
import { useMutation } from "@tanstack/react-query";
import { useConfig } from "../../data/config.ts";
import { Failed } from "../../parts/States.tsx";
import { fetchStatement } from "./fetch-statement.ts";

interface StatementButtonProps {
  /** Of the file, without its ending. */
  name: string;
  of: { position: string } | { owner: string };
  label: string;
}

export function StatementButton({ name, of, label }: StatementButtonProps) {
  const { indexerUrl } = useConfig();
  const save = useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL(new Blob([await fetchStatement(indexerUrl, of)], { type: "text/csv" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = `${name}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
  });
  return (
    <>
      <button type="button" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? "Reading …" : label}
      </button>
      {save.isError && <Failed error={save.error} />}
    </>
  );
}
