"""法令データ: where the statutes' data stands."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


def data_folder() -> Path:
    """The folder `statutes`: YAKUBA_STATUTES where it is set, else the checkout's own."""
    return Path(os.environ.get("YAKUBA_STATUTES") or Path(__file__).resolve().parents[3] / "statutes")


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML forbids a key twice; the library would let the later one win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key_node.value for key_node, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"key twice: {', '.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Any:
    """A YAML file; a key that stands twice raises yaml.YAMLError."""
    loader = _UniqueKeyLoader(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
