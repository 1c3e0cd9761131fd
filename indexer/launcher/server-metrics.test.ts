// Figures of several servers keep their names, values and other labels, and are told apart.
import { expect } from "chai";
import { labelled } from "./server-metrics.ts";

const text = (value: number): string =>
  [
    "# HELP requests Requests.",
    "# TYPE requests counter",
    `requests{path="/a"} ${value}`,
    `requests{path="/b"} 1`,
    "",
    "# HELP heap_bytes Bytes.",
    "# TYPE heap_bytes gauge",
    `heap_bytes ${value}e3`,
    "",
  ].join("\n");

describe("figures of servers that share a port", () => {
  it("are told apart by a label, each metric in one piece, and leave out who does not answer", () => {
    expect(labelled([text(5), undefined, text(7)])).to.equal(
      [
        "# HELP requests Requests.",
        "# TYPE requests counter",
        'requests{server="1",path="/a"} 5',
        'requests{server="1",path="/b"} 1',
        'requests{server="3",path="/a"} 7',
        'requests{server="3",path="/b"} 1',
        "",
        "# HELP heap_bytes Bytes.",
        "# TYPE heap_bytes gauge",
        'heap_bytes{server="1"} 5e3',
        'heap_bytes{server="3"} 7e3',
        "",
      ].join("\n"),
    );
  });
});
