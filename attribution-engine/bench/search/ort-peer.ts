// ONNX Runtime alone as a peer: a graph of MatMul and TopK in 32-bit floats, with the records as a constant. Speaks as peers.py does.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { InferenceSession, Tensor } from "onnxruntime-node";

const [peer, folder] = process.argv.slice(2) as [string, string];
const [threads, count, k, queries, topK] = process.argv.slice(4).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** `places` and values of the `topK` largest of `queries · recordsᵀ`. */
function model(records: Uint8Array<ArrayBuffer>): Uint8Array {
  const matrix = (name: string, elemType: DataType, dims: readonly number[]) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: "tensorType",
          value: create(TypeProto_TensorSchema, {
            elemType,
            shape: create(TensorShapeProtoSchema, {
              dim: dims.map((size) =>
                create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(size) } }),
              ),
            }),
          }),
        },
      }),
    });
  const graph = create(GraphProtoSchema, {
    name: "search",
    node: [
      create(NodeProtoSchema, { opType: "MatMul", input: ["queries", "records"], output: ["scores"] }),
      create(NodeProtoSchema, {
        opType: "TopK",
        input: ["scores", "topK"],
        output: ["values", "places"],
        attribute: [create(AttributeProtoSchema, { name: "axis", type: AttributeType.INT, i: 1n })],
      }),
    ],
    initializer: [
      create(TensorProtoSchema, {
        name: "records",
        dataType: DataType.FLOAT,
        dims: [BigInt(k), BigInt(count)],
        rawData: records,
      }),
      create(TensorProtoSchema, { name: "topK", dataType: DataType.INT64, dims: [1n], int64Data: [BigInt(topK)] }),
    ],
    input: [matrix("queries", DataType.FLOAT, [queries, k])],
    output: [matrix("values", DataType.FLOAT, [queries, topK]), matrix("places", DataType.INT64, [queries, topK])],
  });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 9n,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 13n })],
      graph,
    }),
  );
}

function floats(name: string): Float32Array {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** The records as columns, as a product wants its right side. */
function columnsOf(records: Float32Array): Uint8Array<ArrayBuffer> {
  const columns = new Float32Array(records.length);
  for (let record = 0; record < count; record++) {
    for (let i = 0; i < k; i++) columns[i * count + record] = records[record * k + i]!;
  }
  return new Uint8Array(columns.buffer);
}

async function open() {
  const asked = new Tensor("float32", floats("queries.f32"), [queries, k]);
  const session = await InferenceSession.create(model(columnsOf(floats("records.f32"))), {
    intraOpNumThreads: threads,
  });
  return async () => (await session.run({ queries: asked })).places!.data as BigInt64Array;
}

try {
  const search = await open();
  let places = await search();
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  say({ version });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "run") {
      const start = performance.now();
      places = await search();
      say({ seconds: (performance.now() - start) / 1_000 });
    } else {
      writeFileSync(join(folder, `${peer}.places`), new Uint8Array(Uint32Array.from(places, Number).buffer));
      say({ written: true });
    }
  }
} catch (error) {
  say({ reason: error instanceof Error ? error.message : String(error) });
}
