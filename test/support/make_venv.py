"""Makes one virtual environment, once, however many processes ask for it at the same time.

    python3 make_venv.py REQUIREMENTS TARGET

The lock is flock's, so a killed process leaves none behind; the file `ready` is written last, so half an
environment is never taken for a whole one.
"""

import fcntl
import pathlib
import shutil
import subprocess
import sys

requirements, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
target.parent.mkdir(parents=True, exist_ok=True)
with open(f"{target}.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not (target / "ready").exists():
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
        # A requirements file names every package it needs, so that nothing but the pinned versions comes in.
        pip = [str(target / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", "--no-deps", "--requirement", str(requirements)], check=True)
        (target / "ready").touch()
