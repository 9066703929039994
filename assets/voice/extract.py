"""Writes `silero-16k.f32`: the weights of Silero VAD 6 at 16 kHz in the order in which
`src/speech/voice_network.rs` reads them, as little-endian floats of 32 bits.

    pip install onnx numpy
    pip download --no-deps silero-vad==6.2.3
    python3 extract.py silero_vad-6.2.3-*.whl

The package is under the MIT licence (`LICENSE-silero`), its weights with it.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

MEMBER = "silero_vad/data/silero_vad_16k_op15.onnx"
OUTPUT = Path(__file__).with_name("silero-16k.f32")


def tensors(wheel):
    """Name -> array of the wheel's network."""
    data = zipfile.ZipFile(wheel).read(MEMBER)
    print("sha256 of", MEMBER, hashlib.sha256(data).hexdigest())
    graph = onnx.load_from_string(data).graph
    return {it.name: numpy_helper.to_array(it) for it in graph.initializer}


def convolution(found, layer):
    """[out, in, tap] -> [tap, in, out], then the biases."""
    name = f"model.encoder.{layer}.reparam_conv"
    return [found[f"{name}.weight"].transpose(2, 1, 0), found[f"{name}.bias"]]


def recurrent(found):
    """[4 gates x out, in] -> [in, 4 gates x out] of inputs, then of the state, then both biases' sum."""
    rnn = {name: found[f"model.decoder.rnn.{name}"] for name in
           ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    return [rnn["weight_ih"].T, rnn["weight_hh"].T, rnn["bias_ih"] + rnn["bias_hh"]]


def main():
    found = tensors(sys.argv[1])
    parts = [part for layer in range(4) for part in convolution(found, layer)]
    parts += recurrent(found)
    parts += [found["model.decoder.decoder.2.weight"], found["model.decoder.decoder.2.bias"]]
    values = np.concatenate([np.ascontiguousarray(part).ravel() for part in parts])
    OUTPUT.write_bytes(values.astype("<f4").tobytes())
    digest = hashlib.sha256(OUTPUT.read_bytes()).hexdigest()
    print(f"sha256 of {OUTPUT.name} {digest}, {len(values)} values")


main()
