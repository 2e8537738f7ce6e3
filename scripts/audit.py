"""Look for known weaknesses in the locked packages, with pip-audit.

usage: make audit

Ends with 0 only if the look-up was made and found nothing: without a network it is skipped, says
so, and ends with 2.
"""

import json
from pathlib import Path
import subprocess
import sys

LOCK = Path(__file__).resolve().parents[1] / "constraints.txt"
SKIPPED = 2


def skip(reason: str) -> None:
    print(f"SKIPPED, nothing was checked: {reason}", file=sys.stderr)
    sys.exit(SKIPPED)


if __name__ == "__main__":
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "pip-audit"]
    if subprocess.run(pip).returncode != 0:
        skip("pip-audit could not be installed")
    audit = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
    done = subprocess.run([*audit, "--requirement", LOCK], capture_output=True, encoding="utf-8")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        skip(f"pip-audit gave no report: {done.stderr.strip()[-300:]}")
    for package in packages:
        for weakness in package.get("vulns", []):
            print(f"{package['name']} {package['version']}: {weakness['id']}")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        skip("the list of known weaknesses could not be reached")
    if unknown:
        print(f"not in the list, so not checked: {', '.join(unknown)}")
    print(f"{len(packages) - len(unknown)} of {len(packages)} locked packages were checked")
    sys.exit(done.returncode)
