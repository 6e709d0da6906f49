"""The dependency graph's layout beside networkx' and Graphviz' on the same layered graphs; one counter counts all crossings, exactly."""

from __future__ import annotations

import re
import shutil
import subprocess
import time

import networkx as nx
import numpy as np

from tests.bench.measure import Figure, best_of
from tests.insight.layered import Layered, layered
from tpm.insight.graph_layout import lay_out
from tpm.schedule import ordering

_DOT = shutil.which("dot")


def crossings_of(graph: Layered, place: np.ndarray) -> int:
    """Crossings when the nodes and helpers of ``graph`` stand in the order of ``place`` within their columns."""
    order = np.lexsort((place, graph.column)).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(graph.column))]).astype(np.int32)
    down_first, down = ordering.compress(len(graph.column), graph.tail, graph.head)
    return int(ordering.crossings(order, first, down_first, down))


def with_networkx(graph: Layered) -> np.ndarray:
    """Heights by ``multipartite_layout``, helpers included."""
    net = nx.DiGraph()
    net.add_nodes_from((node, {"subset": int(column)}) for node, column in enumerate(graph.column))
    net.add_edges_from(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    places = nx.multipartite_layout(net)
    return np.array([places[node][1] for node in range(len(graph.column))])


def dot_source(column: np.ndarray, tail: np.ndarray, head: np.ndarray) -> str:
    """The graph in Graphviz' language, each column held on one rank."""
    ranks = [f"{{rank=same;{';'.join(map(str, np.flatnonzero(column == at)))}}}" for at in np.unique(column)]
    links = [f"{a}->{b};" for a, b in zip(tail.tolist(), head.tolist(), strict=True)]
    return "\n".join(["digraph g {rankdir=LR; node[shape=point];", *ranks, *links, "}"])


def run_dot(source: str) -> tuple[float, str, str]:
    """Seconds, output and log of ``dot -Tplain``."""
    began = time.perf_counter()
    result = subprocess.run([_DOT or "dot", "-v", "-Tplain"], input=source, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, result.stdout, result.stderr


def with_dot(graph: Layered) -> tuple[float, int]:
    """Seconds for the graph as its user writes it, and the fewer of the crossings that it reports there and that its picture with explicit
    helpers has.
    """
    n = graph.nodes
    source = dot_source(graph.column[:n], graph.links[:, 0], graph.links[:, 1])
    taken, log = min((run_dot(source)[::2] for _ in range(3)), key=lambda run: run[0])
    reported = re.findall(r"mincross g: (\d+) crossings", log)
    _, plain, _ = run_dot(dot_source(graph.column, graph.tail, graph.head))
    place = np.zeros(len(graph.column))
    for line in plain.splitlines():
        if line.startswith("node "):
            _, name, _, y, *_ = line.split()
            place[int(name)] = float(y)
    return taken, min([crossings_of(graph, place), *(int(count) for count in reported[-1:])])


def measure() -> list[Figure]:
    figures = []
    for nodes, columns in ((200, 12), (1_000, 20)):
        ours, theirs, dots, seconds, dot_seconds = 0, 0, 0, 0.0, 0.0
        for seed in range(5):
            graph = layered(nodes, columns, seed)
            ids = [f"A{number}" for number in range(nodes)]
            arguments = (ids, graph.column[:nodes], np.zeros(nodes, np.int32), graph.links[:, 0], graph.links[:, 1])
            ours += lay_out(*arguments).crossings
            seconds += best_of(lambda arguments=arguments: lay_out(*arguments), 3)
            theirs += crossings_of(graph, with_networkx(graph))
            if _DOT:
                taken, count = with_dot(graph)
                dot_seconds += taken
                dots += count
        name = f"{nodes:,} nodes"
        figures.append(Figure(f"{name}: crossings of networkx over ours", theirs / ours, "×", note=f"{theirs:,} over {ours:,}"))
        if _DOT:
            figures.append(Figure(f"{name}: crossings over dot's", ours / dots, "×", 1.5, note=f"{ours:,} over {dots:,}"))
            figures.append(Figure(f"{name}: time over dot's", seconds / dot_seconds, "×", 0.1,
                                  note=f"{seconds * 200:.1f} ms over {dot_seconds * 200:.0f} ms a graph"))  # fmt: skip
        else:
            figures.append(Figure(f"{name}: Graphviz' dot is not installed, nothing to compare", float("nan"), ""))
    for bands in (1, 8):
        graph = layered(2_000, 40, 0)
        lanes = np.random.default_rng(0).integers(0, bands, 2_000)
        ids = [f"A{number}" for number in range(2_000)]
        taken = best_of(lambda graph=graph, lanes=lanes, ids=ids: lay_out(ids, graph.column[:2_000], lanes, graph.links[:, 0],
                                                                           graph.links[:, 1]), 3)
        figures.append(Figure(f"2,000 items laid out in {bands} lanes", taken, "s", 1.0))
    return figures
