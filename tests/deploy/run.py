#!/usr/bin/env python3
"""Checks what is deployed, and that the checks find what they are for.

python3 -m venv .venv && .venv/bin/pip install -r tests/deploy/requirements.txt
.venv/bin/python tests/deploy/run.py
"""

from pathlib import Path

import check_environment
import check_patterns
import check_s_yaml
import check_template
import planted_s_yaml
import planted_template

ROOT = Path(__file__).resolve().parents[2]


def main():
    check_template.main(ROOT / "template.yml", *sorted((ROOT / "satellites").glob("*.yml")))
    check_s_yaml.main()
    check_environment.main()
    check_patterns.main()
    planted_template.main()
    planted_s_yaml.main()


if __name__ == "__main__":
    main()
