"""Pin the packaged relation model: write the sha256 of its `model.json`, which pins the other files, into `index/models/pinned.py`.

    python -m training.relation.pin

The service refuses to start with another `model.json`. `training.relation.export` does this by itself where it writes into the
package; it is needed after `model.json` was changed by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

from index.models import pinned
from index.models.cross_encoder import DESCRIPTION, FOLDER
from index.models.files import sha256_of

MODULE = Path(pinned.__file__)


def pin(folder: Path = FOLDER, module: Path = MODULE) -> str:
    """Write the sum of a folder's `model.json` into the module; the sum."""
    sha256 = sha256_of(folder / DESCRIPTION)
    module.write_text(re.sub(r'"[0-9a-f]{64}"', f'"{sha256}"', module.read_text("utf-8")), "utf-8")
    return sha256


if __name__ == "__main__":
    print(f"{MODULE} pins {pin()}: commit it together with the model")
