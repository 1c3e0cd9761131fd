"""Other programs' search for the records of the largest inner products, each in its documented default use.

Usage: peers.py <peer> <folder> <threads> <records> <k> <queries> <topK>. The folder holds records.f32 (each record times its weight) and queries.f32,
for int8 records.i8, weights.f32 and queries.i8. Prints a JSON line when it is ready, and one for every line "run" on standard input:
the seconds of one search. On "lists" it writes the places of the last search to <folder>/<peer>.places.
"""

import json
import os
import sys
import time

peer, folder = sys.argv[1:3]
threads, count, k, queries, top_k = map(int, sys.argv[3:])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)


def read(name, kind, rows):
    import numpy

    return numpy.fromfile(os.path.join(folder, name), kind).reshape(rows, -1)


def open_numpy():
    import numpy

    records, asked = read("records.f32", "f4", count), read("queries.f32", "f4", queries)

    def search():
        scores = asked @ records.T
        best = numpy.argpartition(-scores, top_k, axis=1)[:, :top_k]
        order = numpy.argsort(-numpy.take_along_axis(scores, best, 1), axis=1)
        return numpy.take_along_axis(best, order, 1)

    return search, numpy.__version__


def open_torch():
    import torch

    torch.set_num_threads(threads)
    records = torch.from_numpy(read("records.f32", "f4", count))
    asked = torch.from_numpy(read("queries.f32", "f4", queries))
    return lambda: torch.topk(asked @ records.T, top_k)[1].numpy(), torch.__version__


def open_torch_int8():
    import torch

    torch.set_num_threads(threads)
    records = torch.from_numpy(read("records.i8", "i1", count))
    weights = torch.from_numpy(read("weights.f32", "f4", 1))
    asked = torch.from_numpy(read("queries.i8", "i1", queries))
    # The only product of int8 matrices that keeps its int32 sums; PyTorch does not document it.
    return lambda: torch.topk(torch._int_mm(asked, records.T) * weights, top_k)[1].numpy(), torch.__version__


def open_faiss():
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(k)
    index.add(read("records.f32", "f4", count))
    asked = read("queries.f32", "f4", queries)
    return lambda: index.search(asked, top_k)[1], faiss.__version__


def open_usearch():
    import usearch
    from usearch.index import MetricKind, search

    records, asked = read("records.f32", "f4", count), read("queries.f32", "f4", queries)

    def find():
        matches = search(records, asked, top_k, MetricKind.IP, exact=True, threads=threads)
        return matches.keys

    return find, usearch.__version__


PEERS = {
    "numpy": open_numpy,
    "torch": open_torch,
    "torch int8": open_torch_int8,
    "faiss": open_faiss,
    "usearch": open_usearch,
}


def say(value):
    print(json.dumps(value), flush=True)


def main():
    try:
        search, version = PEERS[peer]()
        places = search()
    except Exception as error:
        say({"reason": f"{type(error).__name__}: {error}"})
        return
    say({"version": version})
    for line in sys.stdin:
        if line.strip() == "run":
            start = time.perf_counter()
            places = search()
            say({"seconds": time.perf_counter() - start})
        else:
            places.astype("u4").tofile(os.path.join(folder, f"{peer}.places"))
            say({"written": True})


main()
