"""Pack a trained model as two Argos packages: python -m training.package OUT VERSION FOLDER"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

NAMES = {"zh": "Chinese", "en": "English"}
README = """# Catbridge starter model, {source} to {target}

Small, for everyday chat. Trained by the Catbridge project on its own chat pairs, on sentences of
Tatoeba (tatoeba.org, by its contributors, CC BY 2.0 FR) and on CC-CEDICT (CC BY-SA 4.0).
Licence: CC BY-SA 4.0. Spans that must not be translated are written <x1> to <x9>.
"""


def main() -> None:
    out, version, folder = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    for source, target in (("zh", "en"), ("en", "zh")):
        print(pack(out, version, folder, source, target))


def pack(out: Path, version: str, folder: Path, source: str, target: str) -> Path:
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": NAMES[source],
        "to_code": target,
        "to_name": NAMES[target],
        "type": "translate",
        "code": f"translate-{source}_{target}",
        "target_prefix": f"<2{target}>",
    }
    path = folder / f"{name}.argosmodel"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{name}/metadata.json", json.dumps(metadata, indent=1))
        readme = README.format(source=NAMES[source], target=NAMES[target])
        package.writestr(f"{name}/README.md", readme)
        package.write(out / "sentencepiece.model", f"{name}/sentencepiece.model")
        for file in sorted((out / "ct2").iterdir()):
            package.write(file, f"{name}/model/{file.name}")
    return path


if __name__ == "__main__":
    main()
