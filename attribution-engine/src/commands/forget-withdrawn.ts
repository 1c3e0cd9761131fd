// Stage `forget-withdrawn`: takes the texts of withdrawn contributions out of the corpus, so that a new version is not trained on them.
import { bytesToHex } from "@tributary/protocol/bytes";
import { withdrawnBefore } from "../chain/withdrawals.ts";
import { signTexts } from "../index/sign-texts.ts";
import { connectReader } from "./connection.ts";
import { FILES, placedRecords, readCorpusFile, writeJson, type CorpusEntry, type CorpusFile } from "./files.ts";
import { readLayout } from "./layout-file.ts";
import type { Stage } from "./stage.ts";

export const forgetWithdrawnStage: Stage = {
  about: "take the texts of withdrawn contributions out of the corpus, before a new version is trained; hashes stay",
  async run(context) {
    const { work } = context;
    const { reader, contracts } = await connectReader(context);
    const corpus = readCorpusFile(work);
    const { contributionIds } = readLayout(work, placedRecords(corpus).length);
    // A version that is registered from now on has a later second than the newest block: what that block withdrew is left out as well.
    const { timestamp } = await reader.getBlock();
    const withdrawn = await withdrawnBefore(reader, contracts, contributionIds, Number(timestamp) + 1);
    const before = textsIn(corpus);
    const forgotten = withoutTexts(corpus, (place) => withdrawn.has(contributionIds[place]!));
    const texts = textsIn(forgotten);
    if (texts < before) writeJson(work, FILES.corpus, forgotten);
    return { withdrawn: [...withdrawn].map(String), textsForgotten: before - texts, textsLeft: texts };
  },
};

function textsIn(corpus: CorpusFile): number {
  return placedRecords(corpus).filter((record) => "text" in record).length;
}

/** The corpus with the hashes of some records in place of their texts. */
function withoutTexts(corpus: CorpusFile, isForgotten: (place: number) => boolean): CorpusFile {
  let place = 0;
  const kept = (record: CorpusEntry): CorpusEntry => {
    if (!isForgotten(place++) || !("text" in record)) return record;
    return { recordHash: bytesToHex(signTexts([record.text]).recordHashes), source: record.source };
  };
  const datanets = corpus.datanets.map((datanet) => ({
    ...datanet,
    contributors: datanet.contributors.map(({ name, records }) => ({ name, records: records.map(kept) })),
  }));
  return { ...corpus, datanets };
}
