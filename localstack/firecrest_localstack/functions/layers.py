"""What a function finds under /opt on AWS: the trees of its layers, later ones over earlier ones."""

import os
import shutil
import tempfile
import threading
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import LayerVersion

_merging = threading.Lock()


def opt_folder(layers: list[LayerVersion]) -> Path | None:
    """The folder that stands for /opt; None without layers. A host has no /opt of a function's own, so paths to it do not work."""
    for layer in layers:
        layer.code.prepare_for_execution()
    trees = [Path(layer.code.get_unzipped_code_location()) for layer in layers]
    if len(trees) < 2:
        return trees[0] if trees else None
    merged = trees[0].parent.parent / ("opt-" + "-".join(layer.code.id[:12] for layer in layers))
    with _merging:
        if not merged.exists():
            part = Path(tempfile.mkdtemp(dir=merged.parent))
            for tree in trees:
                shutil.copytree(tree, part, symlinks=True, dirs_exist_ok=True, copy_function=_link_over)
            part.rename(merged)
    return merged


def _link_over(source: str, target: str) -> None:
    if os.path.lexists(target):
        os.unlink(target)
    os.link(source, target, follow_symlinks=False)


def layer_environment(opt: Path, runtime: str) -> dict[str, list[str]]:
    """Paths that Lambda's own environment has for layers, by variable."""
    major = runtime.removeprefix("nodejs").removesuffix(".x")
    return {
        "NODE_PATH": [f"{opt}/nodejs/node{major}/node_modules", f"{opt}/nodejs/node_modules"],
        "LD_LIBRARY_PATH": [f"{opt}/lib"],
        "PATH": [f"{opt}/bin"],
    }
