/**
 * A tensor graph under construction: its operations, their reverse-mode derivatives and its ONNX form.
 *
 * Shapes are static. Every differentiable operation records a vector-Jacobian product on a tape; {@link Graph.gradients}
 * walks the tape backwards and emits the derivative as further ONNX nodes, so that one runtime session evaluates both.
 */
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
} from "onnx-buf";
import type { NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import type { Device } from "./device.ts";
import { attribute, valueInfo, type AttributeValue, type ElementType } from "./onnx-proto.ts";

/** A named tensor of fixed shape inside one {@link Graph}. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** One entry of the tape: how the gradient of `output` flows to each of `inputs` (thunks, so unneeded ones emit nothing). */
interface TapeEntry {
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly backward: (gradient: Tensor) => readonly (() => Tensor)[];
}

const CONTRIB_DOMAIN = "com.microsoft";
const OPSET = 20n;
const CONTRIB_OPSET = 1n;
const IR_VERSION = 9n;

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Builds one ONNX graph. Methods append nodes and return the tensor they produce. */
export class Graph {
  readonly #device: Device;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #tape: TapeEntry[] = [];
  #counter = 0;

  /** @param device that it is to run on: products are of an operation that is computed there. */
  constructor(device: Device = "cpu") {
    this.#device = device;
  }

  /** A tensor fed at every run. */
  input(name: string, shape: readonly number[], type: ElementType = "float32"): Tensor {
    const tensor: Tensor = { name, shape, type };
    this.#inputs.push(valueInfo(name, tensor));
    return tensor;
  }

  /** A float tensor baked into the graph; the runtime may repack it once for speed. */
  constant(values: Float32Array, shape: readonly number[]): Tensor {
    if (values.length !== elementCount(shape)) {
      throw new Error(`constant of shape [${shape.join()}] needs ${elementCount(shape)} values, got ${values.length}`);
    }
    const rawData = new Uint8Array(values.byteLength);
    rawData.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return this.#initializer(rawData, shape, "float32");
  }

  /** Names a tensor as an output of the graph. */
  output(name: string, tensor: Tensor): void {
    this.#nodes.push(create(NodeProtoSchema, { opType: "Identity", input: [tensor.name], output: [name] }));
    this.#outputs.push(valueInfo(name, tensor));
  }

  /** Matrix product over the last two axes, either side optionally transposed; leading axes must be equal. */
  matmul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
    const inner = transposeA ? rowsA : columnsA;
    if (inner !== (transposeB ? columnsB : rowsB) || !sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
      throw new Error(
        `matmul of [${a.shape.join()}] and [${b.shape.join()}] (transposed: ${transposeA}, ${transposeB})`,
      );
    }
    const shape = [...a.shape.slice(0, -2), transposeA ? columnsA : rowsA, transposeB ? rowsB : columnsB];
    const output = this.#product(a, b, shape, transposeA, transposeB);
    this.#record(output, [a, b], (g) => [
      () => (transposeA ? this.matmul(b, g, transposeB, true) : this.matmul(g, b, false, !transposeB)),
      () => (transposeB ? this.matmul(g, a, true, transposeA) : this.matmul(a, g, !transposeA, false)),
    ]);
    return output;
  }

  /** Elementwise sum. `b` may be smaller (it is broadcast); then it must not need a gradient. */
  add(a: Tensor, b: Tensor): Tensor {
    const output = this.#emit("Add", [a, b], a.shape);
    this.#record(output, [a, b], (g) => [
      () => g,
      () => {
        if (!sameShape(a.shape, b.shape)) throw new Error("add: a broadcast operand has no gradient");
        return g;
      },
    ]);
    return output;
  }

  /** Product with a constant number. */
  scale(a: Tensor, factor: number): Tensor {
    const output = this.#emit("Mul", [a, this.constant(Float32Array.of(factor), [])], a.shape);
    this.#record(output, [a], (g) => [() => this.scale(g, factor)]);
    return output;
  }

  /** The square of the positive part of each element. */
  squaredRelu(a: Tensor): Tensor {
    const positive = this.#emit("Relu", [a], a.shape);
    const output = this.#emit("Mul", [positive, positive], a.shape);
    this.#record(output, [a], (g) => [() => this.scale(this.#emit("Mul", [g, positive], a.shape), 2)]);
    return output;
  }

  /** Each row (last axis) divided by its root mean square; no learned gain. */
  rmsNorm(a: Tensor, epsilon = 1e-6): Tensor {
    const rowShape = [...a.shape.slice(0, -1), 1];
    const squares = this.#emit("Mul", [a, a], a.shape);
    const meanSquare = this.add(this.#rowMean(squares), this.constant(Float32Array.of(epsilon), []));
    const inverse = this.#emit("Reciprocal", [this.#emit("Sqrt", [meanSquare], rowShape)], rowShape);
    const output = this.#emit("Mul", [a, inverse], a.shape);
    this.#record(output, [a], (g) => [
      () => {
        const along = this.#rowMean(this.#emit("Mul", [g, output], a.shape));
        const rest = this.#emit("Sub", [g, this.#emit("Mul", [output, along], a.shape)], a.shape);
        return this.#emit("Mul", [rest, inverse], a.shape);
      },
    ]);
    return output;
  }

  /** Softmax over the last axis. */
  softmax(a: Tensor): Tensor {
    const output = this.#emit("Softmax", [a], a.shape, { axis: -1 });
    this.#record(output, [a], (g) => [
      () => {
        const product = this.#emit("Mul", [g, output], a.shape);
        const sum = this.#rowSum(product);
        return this.#emit("Sub", [product, this.#emit("Mul", [output, sum], a.shape)], a.shape);
      },
    ]);
    return output;
  }

  reshape(a: Tensor, shape: readonly number[]): Tensor {
    if (elementCount(shape) !== elementCount(a.shape)) {
      throw new Error(`reshape of [${a.shape.join()}] to [${shape.join()}] changes the number of elements`);
    }
    const output = this.#emit("Reshape", [a, this.integers(shape, [shape.length])], shape);
    this.#record(output, [a], (g) => [() => this.reshape(g, a.shape)]);
    return output;
  }

  /** Reorders axes: axis i of the result is axis `permutation[i]` of `a`. */
  transpose(a: Tensor, permutation: readonly number[]): Tensor {
    const output = this.#emit(
      "Transpose",
      [a],
      permutation.map((axis) => a.shape[axis] as number),
      { perm: permutation },
    );
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    this.#record(output, [a], (g) => [() => this.transpose(g, inverse)]);
    return output;
  }

  /** Elements `start` to `end` of one axis. The gradient pads with zeros. */
  slice(a: Tensor, axis: number, start: number, end: number): Tensor {
    const shape = a.shape.map((size, i) => (i === axis ? end - start : size));
    const bounds = [start, end, axis].map((value) => this.integers([value], [1]));
    const output = this.#emit("Slice", [a, ...bounds], shape);
    this.#record(output, [a], (g) => [
      () => {
        const before = a.shape.map((_, i) => (i === axis ? start : 0));
        const after = a.shape.map((size, i) => (i === axis ? size - end : 0));
        return this.#emit("Pad", [g, this.integers([...before, ...after], [2 * a.shape.length])], a.shape);
      },
    ]);
    return output;
  }

  /** Rows of `table` at integer `ids` (one axis). */
  rows(table: Tensor, ids: Tensor): Tensor {
    const output = this.#emit("Gather", [table, ids], [...ids.shape, ...table.shape.slice(1)], { axis: 0 });
    this.#record(output, [table], (g) => [
      () => {
        const zeros = this.constant(new Float32Array(elementCount(table.shape)), table.shape);
        const indices = this.reshape(ids, [elementCount(ids.shape), 1]);
        return this.#scatterAdd(zeros, indices, g, table.shape);
      },
    ]);
    return output;
  }

  /**
   * Negative log-likelihood of each row of `logits` [n, classes] at `targets` [n], times `weights` [n].
   * @returns the weighted losses, one per row.
   */
  crossEntropy(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
    const [count, classes] = logits.shape as [number, number];
    const logProbabilities = this.#emit("LogSoftmax", [logits], logits.shape, { axis: -1 });
    const column = this.reshape(targets, [count, 1]);
    const picked = this.#emit("GatherElements", [logProbabilities, column], [count, 1], { axis: 1 });
    const negativeWeights = this.scale(weights, -1);
    const output = this.#emit("Mul", [this.reshape(picked, [count]), negativeWeights], [count]);
    this.#record(output, [logits], (g) => [
      () => {
        const rowWeight = this.reshape(this.#emit("Mul", [g, weights], [count]), [count, 1]);
        const probabilities = this.#emit("Exp", [logProbabilities], logits.shape);
        const depth = this.integers([classes], [1]);
        const oneHot = this.#emit("OneHot", [targets, depth, this.constant(Float32Array.of(0, 1), [2])], logits.shape, {
          axis: -1,
        });
        return this.#emit("Mul", [this.#emit("Sub", [probabilities, oneHot], logits.shape), rowWeight], logits.shape);
      },
    ]);
    return output;
  }

  /**
   * Draws one class per row of `logits` [n, classes] by inverting the cumulative softmax at `uniforms` [n, 1]. Not differentiable.
   * @returns int64 [n].
   */
  sampleClasses(logits: Tensor, uniforms: Tensor): Tensor {
    const [count, classes] = logits.shape as [number, number];
    const probabilities = this.#emit("Softmax", [logits], logits.shape, { axis: -1 });
    const cumulative = this.#emit("CumSum", [probabilities, this.integers([1], [1])], logits.shape);
    const below = this.#emit("Less", [cumulative, uniforms], logits.shape);
    const ones = this.#emit("Cast", [below], logits.shape, { to: DataType.INT64 }, "", "int64");
    const drawn = this.#emit("ReduceSum", [ones, this.integers([1], [1])], [count], { keepdims: 0 });
    return this.#emit("Min", [drawn, this.integers([classes - 1], [1])], [count]);
  }

  /** Sum of all elements, as a scalar. */
  sum(a: Tensor): Tensor {
    const output = this.#emit("ReduceSum", [a], [], { keepdims: 0 });
    const ones = (): Tensor => this.constant(new Float32Array(elementCount(a.shape)).fill(1), a.shape);
    this.#record(output, [a], (g) => [() => this.#emit("Mul", [ones(), g], a.shape)]);
    return output;
  }

  /**
   * Appends any operation of ONNX.
   * @param backward how a gradient of the result flows to each input; without it none does.
   */
  operation(
    opType: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    backward?: TapeEntry["backward"],
  ): Tensor {
    const output = this.#emit(opType, inputs, shape, attributes);
    if (backward !== undefined) this.#record(output, inputs, backward);
    return output;
  }

  /** Joins flattened tensors into one row [1, total]. Not differentiable. */
  flatConcat(parts: readonly Tensor[]): Tensor {
    const flat = parts.map((part) => this.reshape(part, [1, elementCount(part.shape)]));
    return this.#emit("Concat", flat, [1, flat.reduce((total, part) => total + (part.shape[1] as number), 0)], {
      axis: 1,
    });
  }

  /** An integer tensor baked into the graph. */
  integers(values: readonly number[], shape: readonly number[]): Tensor {
    const raw = new BigInt64Array(values.map(BigInt));
    return this.#initializer(new Uint8Array(raw.buffer), shape, "int64");
  }

  /**
   * Emits the derivative of the scalar `loss` with respect to each tensor of `parameters`.
   * @throws if a parameter does not influence the loss.
   */
  gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
    const dependent = new Set(parameters.map((parameter) => parameter.name));
    const tape = [...this.#tape];
    for (const entry of tape) {
      if (entry.inputs.some((input) => dependent.has(input.name))) dependent.add(entry.output.name);
    }
    const gradients = new Map<string, Tensor>([[loss.name, this.constant(Float32Array.of(1), [])]]);
    for (const entry of tape.reverse()) {
      const gradient = gradients.get(entry.output.name);
      if (gradient === undefined || !dependent.has(entry.output.name)) continue;
      const thunks = entry.backward(gradient);
      entry.inputs.forEach((input, index) => {
        if (!dependent.has(input.name)) return;
        const contribution = (thunks[index] as () => Tensor)();
        const sofar = gradients.get(input.name);
        gradients.set(
          input.name,
          sofar === undefined ? contribution : this.#emit("Add", [sofar, contribution], input.shape),
        );
      });
    }
    return parameters.map((parameter) => {
      const gradient = gradients.get(parameter.name);
      if (gradient === undefined) throw new Error(`parameter ${parameter.name} does not influence the loss`);
      return gradient;
    });
  }

  /** The graph as the bytes of an ONNX model. */
  toBytes(): Uint8Array {
    const graph = create(GraphProtoSchema, {
      name: "tributary",
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    });
    const opsetImport = [
      create(OperatorSetIdProtoSchema, { domain: "", version: OPSET }),
      create(OperatorSetIdProtoSchema, { domain: CONTRIB_DOMAIN, version: CONTRIB_OPSET }),
    ];
    return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: IR_VERSION, graph, opsetImport }));
  }

  #product(a: Tensor, b: Tensor, shape: readonly number[], transposeA: boolean, transposeB: boolean): Tensor {
    if (this.#device === "cpu") {
      const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: 1 };
      return this.#emit("FusedMatMul", [a, b], shape, attributes, CONTRIB_DOMAIN);
    }
    const turned = (tensor: Tensor, turns: boolean): Tensor => {
      if (!turns) return tensor;
      const axes = [...tensor.shape.keys()];
      const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
      const sizes = perm.map((axis) => tensor.shape[axis]!);
      return this.#emit("Transpose", [tensor], sizes, { perm });
    };
    return this.#emit("MatMul", [turned(a, transposeA), turned(b, transposeB)], shape);
  }

  #scatterAdd(base: Tensor, indices: Tensor, updates: Tensor, shape: readonly number[]): Tensor {
    const output = this.#emit("ScatterND", [base, indices, updates], shape);
    const node = this.#nodes.at(-1) as NodeProto;
    const value = new TextEncoder().encode("add");
    node.attribute.push(create(AttributeProtoSchema, { name: "reduction", type: AttributeType.STRING, s: value }));
    return output;
  }

  #rowMean(a: Tensor): Tensor {
    return this.#emit("ReduceMean", [a, this.integers([-1], [1])], [...a.shape.slice(0, -1), 1], { keepdims: 1 });
  }

  #rowSum(a: Tensor): Tensor {
    return this.#emit("ReduceSum", [a, this.integers([-1], [1])], [...a.shape.slice(0, -1), 1], { keepdims: 1 });
  }

  #record(output: Tensor, inputs: readonly Tensor[], backward: TapeEntry["backward"]): void {
    this.#tape.push({ output, inputs, backward });
  }

  #initializer(rawData: Uint8Array<ArrayBuffer>, shape: readonly number[], type: ElementType): Tensor {
    const tensor: Tensor = { name: `c${this.#counter++}`, shape, type };
    const dataType = type === "float32" ? DataType.FLOAT : DataType.INT64;
    this.#initializers.push(
      create(TensorProtoSchema, { name: tensor.name, dims: shape.map(BigInt), dataType, rawData }),
    );
    return tensor;
  }

  #emit(
    opType: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = "",
    type: ElementType = inputs[0]?.type ?? "float32",
  ): Tensor {
    const tensor: Tensor = { name: `t${this.#counter++}`, shape, type };
    const attributeList = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    const input = inputs.map((t) => t.name);
    this.#nodes.push(
      create(NodeProtoSchema, { opType, domain, input, output: [tensor.name], attribute: attributeList }),
    );
    return tensor;
  }
}
