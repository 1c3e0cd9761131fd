/** The parts of an ONNX model that describe operations and values. */
import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  TensorProto_DataType as DataType,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { AttributeProto, ValueInfoProto } from "onnx-buf";

/** Element type of a tensor in a graph. */
export type ElementType = "float32" | "int64";

export type AttributeValue = number | readonly number[];

/** A setting of an operation. */
export function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value !== "number") {
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
  }
  // Every scalar attribute used here is an integer but `alpha`.
  return name === "alpha"
    ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
    : create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}

/** Name, element type and shape of a value. */
export function valueInfo(
  name: string,
  tensor: { readonly shape: readonly number[]; readonly type: ElementType },
): ValueInfoProto {
  const dim = tensor.shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(size) } }),
  );
  const elemType = tensor.type === "float32" ? DataType.FLOAT : DataType.INT64;
  const type = create(TypeProtoSchema, {
    value: {
      case: "tensorType",
      value: create(TypeProto_TensorSchema, { elemType, shape: create(TensorShapeProtoSchema, { dim }) }),
    },
  });
  return create(ValueInfoProtoSchema, { name, type });
}
