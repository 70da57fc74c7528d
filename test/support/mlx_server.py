"""The real mlx_lm.server, for as long as stdin is open; arguments are its own.

    python mlx_server.py --model DIR --host 127.0.0.1 --port 0

Prints {"port": N} when it listens: it has no word of its own for a port that the system chose. A test that is killed
closes our stdin, and so ends the server with it.
"""

import json
import os
import runpy
import socketserver
import sys
import threading


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


activate = socketserver.TCPServer.server_activate


def announce(server):
    activate(server)
    print(json.dumps({"port": server.server_address[1]}), flush=True)


socketserver.TCPServer.server_activate = announce
threading.Thread(target=end_with_stdin, daemon=True).start()
sys.argv[0] = "mlx_lm.server"
runpy.run_module("mlx_lm.server", run_name="__main__", alter_sys=True)
