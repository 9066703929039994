"""Writes `reference.csv`: the score of each frame of the demo's dialogue by ONNX Runtime.

    pip install -r requirements.txt && pip install --no-deps silero-vad==6.2.3
    python3 reference.py

Every third sample is taken, without a filter: what folds down is no matter here, and the test can do the
same to the bit.
"""

import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile

HERE = Path(__file__).parent
SCENE = HERE.parent.parent / "assets" / "demo"
FRAME, CONTEXT = 512, 64


def main():
    package = Path(importlib.util.find_spec("silero_vad").origin).parent
    session = onnxruntime.InferenceSession(package / "data" / "silero_vad_16k_op15.onnx")
    samples, rate_hz = soundfile.read(SCENE / "dialogue.flac", dtype="float32", always_2d=True)
    assert rate_hz == 48_000
    samples = np.ascontiguousarray(samples[::3, 0])
    state = np.zeros((2, 1, 128), dtype=np.float32)
    context = np.zeros(CONTEXT, dtype=np.float32)
    rows = []
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        frame = samples[start : start + FRAME]
        given = {
            "input": np.concatenate([context, frame])[None],
            "state": state,
            "sr": np.array(16_000, dtype=np.int64),
        }
        score, state = session.run(None, given)
        context = frame[-CONTEXT:]
        rows.append(f"{score[0, 0]:.7f}")
    (HERE / "reference.csv").write_text("\n".join(rows) + "\n")
    print(len(rows), "frames")


main()
