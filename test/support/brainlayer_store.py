"""BrainLayer's own code on a database: makes one, or says what it thinks of one.

    python brainlayer_store.py make PATH    rows as JSON on standard input: [{"id": ..., "content": ..., ...}]
    python brainlayer_store.py judge PATH   {"content_types": [...], "sources": [...], "words": [...]}; the answer is JSON
"""

import json
import pathlib
import sys

from brainlayer.vector_store import VectorStore

DIMENSIONS = 1024


def make(store, rows):
    with store.conn:
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" for _ in row)
            store.conn.cursor().execute(f"INSERT INTO chunks ({names}) VALUES ({marks})", list(row.values()))


def judge(store, asked):
    def candidates(source):
        found = store.get_unenriched_chunks(batch_size=10_000, content_types=asked["content_types"], source=source)
        return [chunk["id"] for chunk in found]

    answer = {
        "stats": store.get_enrichment_stats(),
        "candidates": {source or "": candidates(source) for source in [None, *asked["sources"]]},
        "integrity": [row[0] for row in store.conn.cursor().execute("PRAGMA integrity_check")],
    }
    fts = [row[0] for row in store.conn.cursor().execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'")]
    for name in fts:
        # Raises where the index and its own content do not agree.
        store.conn.cursor().execute(f"INSERT INTO {name}({name}) VALUES ('integrity-check')")
    # Last, since a search may count itself in the rows it finds. No one has embedded anything: it finds by words alone.
    nowhere = [0.0] * DIMENSIONS
    answer["found"] = {
        word: store.hybrid_search(query_embedding=nowhere, query_text=word, n_results=20)["ids"][0]
        for word in asked["words"]
    }
    return answer


command, path = sys.argv[1:]
store = VectorStore(pathlib.Path(path))
try:
    given = json.load(sys.stdin)
    print(json.dumps(make(store, given) if command == "make" else judge(store, given)))
finally:
    store.close()
