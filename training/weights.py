"""Weights out to CTranslate2 and back: anyone can go on from a shipped package."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from ctranslate2.specs import TransformerSpec, common_spec
from torch import nn

from training.model import Layer, Model, Shape

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}

Visit = Callable[[str, Any], None]


def export(model: Model, words: list[str], folder: Path, *, quantization: str = "int8") -> None:
    """Write a CTranslate2 model into `folder`, replacing what is there."""
    shape = model.shape
    spec = TransformerSpec.from_config(
        (shape.encoder, shape.decoder),
        shape.heads,
        pre_norm=True,
        activation=common_spec.Activation.RELU,
    )
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = True
    for side in (spec.encoder, spec.decoder):
        side.position_encodings.encodings = _array(model.pos)

    def put(path: str, weights: Any) -> None:
        *parents, name = path.split("/")
        at: Any = spec
        for parent in parents:
            at = _child(at, parent)
        setattr(at, name, _array(weights))

    _visit(model, put)
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    config = spec.config
    config.bos_token, config.eos_token, config.unk_token = "<s>", "</s>", "<unk>"
    config.decoder_start_token, config.add_source_bos, config.add_source_eos = "<s>", False, True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))


def load(folder: Path, pieces: int, shape: Shape) -> Model:
    """The model of an exported folder; int8 weights come back as close as they were kept."""
    model = Model(pieces, shape)
    stored = _read(folder / "model.bin")

    def take(path: str, weights: Any) -> None:
        found = stored[path].astype(np.float32)
        scale = stored.get(f"{path}_scale")
        if scale is not None:
            found = found / scale.astype(np.float32)[:, None]
        with torch.no_grad():
            weights.copy_(torch.from_numpy(found.copy()))

    _visit(model, take)
    return model


def _visit(model: Model, visit: Visit) -> None:
    """Every weight with its path in CTranslate2's specification."""
    for name, layers, last in (
        ("encoder", model.enc, model.enc_norm),
        ("decoder", model.dec, model.dec_norm),
    ):
        embeddings = "embeddings_0" if name == "encoder" else "embeddings"
        visit(f"{name}/{embeddings}/weight", model.emb.weight)
        _norm(visit, f"{name}/layer_norm", last)
        for number, layer in enumerate(layers):
            assert isinstance(layer, Layer)
            _layer(visit, f"{name}/layer_{number}", layer)
    visit("decoder/projection/weight", model.emb.weight)
    visit("decoder/projection/bias", model.bias)


def _layer(visit: Visit, path: str, layer: Layer) -> None:
    _norm(visit, f"{path}/self_attention/layer_norm", layer.n1)
    _linear(visit, f"{path}/self_attention/linear_0", layer.self_att.qkv)
    _linear(visit, f"{path}/self_attention/linear_1", layer.self_att.out)
    if layer.decoder:
        _norm(visit, f"{path}/attention/layer_norm", layer.n2)
        _linear(visit, f"{path}/attention/linear_0", layer.cross_att.q)
        _linear(visit, f"{path}/attention/linear_1", layer.cross_att.kv)
        _linear(visit, f"{path}/attention/linear_2", layer.cross_att.out)
    _norm(visit, f"{path}/ffn/layer_norm", layer.n3)
    _linear(visit, f"{path}/ffn/linear_0", layer.f1)
    _linear(visit, f"{path}/ffn/linear_1", layer.f2)


def _linear(visit: Visit, path: str, module: nn.Linear) -> None:
    visit(f"{path}/weight", module.weight)
    visit(f"{path}/bias", module.bias)


def _norm(visit: Visit, path: str, module: nn.LayerNorm) -> None:
    visit(f"{path}/gamma", module.weight)
    visit(f"{path}/beta", module.bias)


def _child(parent: Any, name: str) -> Any:
    """An attribute, or for `layer_0` or `embeddings_0` an entry of the list of that name."""
    if hasattr(parent, name):
        return getattr(parent, name)
    stem, _, number = name.rpartition("_")
    return getattr(parent, stem)[int(number)]


def _array(weights: Any) -> np.ndarray:
    return weights.detach().float().cpu().numpy().copy()  # optimize() scales arrays in place


def _read(path: Path) -> dict[str, np.ndarray]:
    """CTranslate2's model.bin, version 6: named arrays, then names that share one."""
    found: dict[str, np.ndarray] = {}
    with path.open("rb") as file:
        _number(file, "I")
        _word(file)
        _number(file, "I")
        for _ in range(_number(file, "I")):
            name = _word(file)
            dimensions = [_number(file, "I") for _ in range(_number(file, "B"))]
            kind, size = _TYPES[_number(file, "B")], _number(file, "I")
            found[name] = np.frombuffer(file.read(size), kind).reshape(dimensions)
        for _ in range(_number(file, "I")):
            alias, name = _word(file), _word(file)
            found[alias] = found[name]
            if f"{name}_scale" in found:
                found[f"{alias}_scale"] = found[f"{name}_scale"]
    return found


def _number(file: BinaryIO, kind: str) -> int:
    return struct.unpack(kind, file.read(struct.calcsize(kind)))[0]


def _word(file: BinaryIO) -> str:
    return file.read(_number(file, "H"))[:-1].decode()
