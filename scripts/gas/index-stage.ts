// An index of a million records that is wrong in many ways, pending, with the court that ends it.
import { toHex } from "viem";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import * as kinds from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { decodeIndex, encodeIndex, withdrawnRecord } from "@tributary/protocol/payloads/index";
import { ZeroHash } from "ethers";
import { ethers, loadFixture, time } from "../../test/support/network.ts";
import { METHOD, OPEN, registration, SPLIT, TERMS } from "../../test/support/protocol.ts";
import { filledTree } from "./filled-tree.ts";
import { deployed, give, REVIEW_WINDOW } from "./stage.ts";

/** A million records, as powers of two; those of one contribution. */
const LEVELS = 20;
const RECORD = 700_001;
const EARLIER = 345_678;
const MALFORMED = 123_457;
/** In withdrawn form, though nothing is withdrawn. */
const EMPTIED = 700_003;
const K = Number(METHOD.k);

type Leaf = { place: number; payload: Uint8Array };

/** A tree of single records: these, and made-up ones in all other places. */
function grow(kind: kinds.Kind, leaves: readonly Leaf[]) {
  const tree = filledTree({
    depth: kind.depth,
    filled: LEVELS,
    leaves: new Map(leaves.map(({ place, payload }) => [place, { sum: 1n, payloadHash: keccak256(payload) }])),
    sumOf: (height) => 1n << BigInt(height),
  });
  const link = (place: number) => ({
    key: place,
    which: 0,
    sum: 1n,
    payload: toHex(leaves.find((leaf) => leaf.place === place)!.payload),
    preimage: "0x",
    opening: tree.open(place),
  });
  return { root: tree.root, link };
}

function recordAt(place: number, recordIndex: number): Leaf {
  const hash = keccak256(new TextEncoder().encode(`record ${place}`));
  const sketch = Int8Array.from({ length: K }, (_, i) => ((i * 37 + 101) % 255) - 127);
  const payload = encodeIndex({
    recordHash: hash,
    contentSignature: hash,
    contributionId: 1n,
    recordIndex,
    scale: 12_345_678,
    // The earlier record has the same sketch.
    novelty: 200,
    witness: 12_345,
    sketch,
  });
  return { place, payload };
}

function trees() {
  const malformed = recordAt(MALFORMED, MALFORMED);
  // The sum of squares, which is looked at after all coordinates.
  malformed.payload[93]! ^= 1;
  const elsewhere = RECORD + 1;
  const records = [malformed, recordAt(EARLIER, EARLIER), recordAt(RECORD, RECORD), recordAt(elsewhere, RECORD)];
  const emptied = encodeIndex(withdrawnRecord(decodeIndex(recordAt(EMPTIED, EMPTIED).payload), K));
  records.push({ place: EMPTIED, payload: emptied });
  const content = {
    place: RECORD,
    payload: encodeContent({ recordHash: keccak256(new TextEncoder().encode("another record")) }),
  };
  return { index: grow(kinds.INDEX, records), content: grow(kinds.CONTENT, [content]), elsewhere };
}

/** The wrong index, and links to it. The prover holds no token yet; alice can pay for reservations. */
export async function accusedIndex() {
  const p = await loadFixture(deployed);
  const court = await ethers.deployContract("IndexProofs", [p.models, p.datanets, { deposit: OPEN }]);
  await p.positions.bindMinters(p.datanets, p.models);
  await p.vault.bind(p.ledger);
  await p.ledger.bind(p.tills, p.models, [p.faults]);
  await p.models.bindCourts([court]);
  await p.token.connect(p.alice).approve(court, ethers.MaxUint256);
  await p.datanets.connect(p.curator).createDatanet({ ...TERMS, reviewWindowSeconds: REVIEW_WINDOW }, "ipfs://datanet");
  const { index, content, elsewhere } = trees();
  await give(p, p.alice, content.root);
  await time.increase(REVIEW_WINDOW);
  await p.datanets.accept(1n);
  await p.models.connect(p.developer).register(registration({ split: SPLIT }));
  await p.models.connect(p.developer).commitIndex(1n, METHOD, index.root, ZeroHash);
  return {
    ...p,
    court,
    prover: court.connect(p.newcomer),
    accused: { version: 1n, sub: 0 },
    malformed: index.link(MALFORMED),
    record: index.link(RECORD),
    earlier: index.link(EARLIER),
    elsewhere: index.link(elsewhere),
    emptied: index.link(EMPTIED),
    content: content.link(RECORD),
    hashOf: (data: string) => bytesToHex(keccak256(ethers.getBytes(data))),
  };
}
