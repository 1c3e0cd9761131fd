// Integer matrix products of ONNX Runtime: records times a block of queries that is a constant of the graph.
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  type TensorShapeProto_Dimension,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";

/** How the queries' coordinates are multiplied: signed as they are, or with 128 added, which is taken off again as a zero point. */
export type QueryType = "int8" | "uint8";

/** What is added to the coordinates of records, and to those of `uint8` queries. */
const ZERO_POINT = 128;

/** The version whose `MatMulInteger` is used; unchanged since version 10 of the operators. */
const OPSET = 10n;
const IR_VERSION = 9n;

/** An ONNX model of `products = (records − 128) · queries`. `records` is n × k of uint8 for any n, `products` n × width of int32. */
export function integerProductModel(
  k: number,
  width: number,
  type: QueryType,
  queries: Uint8Array<ArrayBuffer>,
): Uint8Array {
  const elementType = type === "int8" ? DataType.INT8 : DataType.UINT8;
  const zeroOf = (name: string, dataType: DataType, value: number) =>
    create(TensorProtoSchema, { name, dataType, dims: [], rawData: Uint8Array.of(value) });
  const graph = create(GraphProtoSchema, {
    name: "products",
    node: [
      create(NodeProtoSchema, {
        opType: "MatMulInteger",
        input: ["records", "queries", "recordZero", "queryZero"],
        output: ["products"],
      }),
    ],
    initializer: [
      create(TensorProtoSchema, {
        name: "queries",
        dataType: elementType,
        dims: [BigInt(k), BigInt(width)],
        rawData: queries,
      }),
      zeroOf("recordZero", DataType.UINT8, ZERO_POINT),
      zeroOf("queryZero", elementType, type === "int8" ? 0 : ZERO_POINT),
    ],
    input: [matrix("records", DataType.UINT8, k)],
    output: [matrix("products", DataType.INT32, width)],
  });
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: OPSET })],
    graph,
  });
  return toBinary(ModelProtoSchema, model);
}

/** The queries `first … first + count − 1` as columns of k × width, those past `count` 0. */
export function queryColumns(
  sketches: Int8Array,
  k: number,
  [first, count]: readonly [number, number],
  width: number,
  type: QueryType,
): Uint8Array<ArrayBuffer> {
  const zero = type === "int8" ? 0 : ZERO_POINT;
  const columns = new Uint8Array(k * width).fill(zero);
  for (let query = 0; query < count; query++) {
    const from = (first + query) * k;
    for (let i = 0; i < k; i++) columns[i * width + query] = sketches[from + i]! + zero;
  }
  return columns;
}

function matrix(name: string, elemType: DataType, columns: number): ValueInfoProto {
  const rows: TensorShapeProto_Dimension = create(TensorShapeProto_DimensionSchema, {
    value: { case: "dimParam", value: "n" },
  });
  const width = create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(columns) } });
  const shape = create(TensorShapeProtoSchema, { dim: [rows, width] });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: { case: "tensorType", value: create(TypeProto_TensorSchema, { elemType, shape }) },
    }),
  });
}
