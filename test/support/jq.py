"""jq for machines without one: the library itself, with the two flags that our documents use (-r, -c)."""

import json
import sys

import jq

flags = "".join(arg for arg in sys.argv[1:] if arg.startswith("-"))
(program,) = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
for value in jq.compile(program).input_text(sys.stdin.read()):
    is_raw = "r" in flags and isinstance(value, str)
    print(value if is_raw else json.dumps(value, ensure_ascii=False, indent=None if "c" in flags else 2))
