# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the picture of the README: the preview of a removal, as ``ansible-playbook`` prints it in a terminal.

``python -m tests.servers moto -- python tools/picture.py`` runs it on a store, and writes docs/images/preview.svg.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers.witness import Witness  # noqa: E402 - from this checkout

COLUMNS = 118
COMMAND = ["ansible-playbook", "demo/remove.yml", "--check", "--diff"]
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    """Do it."""
    witness = Witness.from_environment("my-space")
    witness.create_space()
    witness.put([f"builds/42/assets/{number:04}.js" for number in range(1499)], b"x" * 4096)
    witness.put(["builds/42/", "builds/420/sibling.txt"])
    quiet = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
    colours = {"ANSIBLE_FORCE_COLOR": "true", "COLUMNS": str(COLUMNS), "ANSIBLE_NOCOWS": "true"}
    environment = {**os.environ, **quiet, **colours}
    printed = subprocess.run(COMMAND, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        console.print(Text.assemble(("$ ", "bold green"), " ".join(COMMAND)))
        console.print(Text.from_ansi(printed.strip()))
    picture = console.export_svg(title="Preview a removal", unique_id="preview")
    # Without the fonts that rich would load from elsewhere.
    (ROOT / "docs" / "images" / "preview.svg").write_text(FONTS.sub("", picture))


if __name__ == "__main__":
    main()
