"""Pack a trained model as Argos packages: python -m training.package VERSION FOLDER RUN [RUN]

A RUN that learned both directions makes both packages; otherwise name the one to English first.
`--attribution FILE` is Tatoeba's list of authors, a line a pair, as its exports carry it.
"""

from __future__ import annotations

import argparse
import json
import re
import zipfile
from pathlib import Path

NAMES = {"zh": "Chinese", "en": "English"}
README = """# Catbridge starter model, {source} to {target}

Small, for everyday chat. Trained by the Catbridge project; training/README.md there says how, how
good it is, and where it fails. Spans that must not be translated are written <x1> to <x9>.
Licence: CC BY-SA 4.0, see LICENSE.md.
"""
LICENSE = """# Licence

This model is shared under CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/.
It was trained on

- the Catbridge project's own Chinese-English chat pairs, CC BY-SA 4.0;
- CC-CEDICT (cc-cedict.org), CC BY-SA 4.0, changed: short headwords, with their first gloss only;
- sentences of Tatoeba (tatoeba.org), CC BY 2.0 FR, changed: turned to simplified characters, and
  joined, put in lower case or given placeholders by chance. They are by these contributors:

{authors}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("folder", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--attribution", type=Path)
    options = parser.parse_args()
    authors = contributors(options.attribution) if options.attribution else []
    for run, source, target in zip(
        (options.runs[0], options.runs[-1]), ("zh", "en"), ("en", "zh"), strict=True
    ):
        print(pack(run, options.version, options.folder, source, target, authors))


def contributors(attribution: Path) -> list[str]:
    """Everyone named as `#12345 (name)`, once."""
    text = attribution.read_text(encoding="utf-8")
    return sorted(set(re.findall(r"#\d+ \(([^)]+)\)", text)), key=str.casefold)


def pack(
    run: Path, version: str, folder: Path, source: str, target: str, authors: list[str]
) -> Path:
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
        "license": "CC-BY-SA-4.0",
    }
    path = folder / f"{name}.argosmodel"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{name}/metadata.json", json.dumps(metadata, indent=1))
        readme = README.format(source=NAMES[source], target=NAMES[target])
        package.writestr(f"{name}/README.md", readme)
        package.writestr(f"{name}/LICENSE.md", LICENSE.format(authors=", ".join(authors)))
        package.write(run / "sentencepiece.model", f"{name}/sentencepiece.model")
        for file in sorted((run / "ct2").iterdir()):
            package.write(file, f"{name}/model/{file.name}")
    return path


if __name__ == "__main__":
    main()
