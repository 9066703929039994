#!/usr/bin/env python3
"""Checks this project's Speech Intelligibility Index against second implementations of it.

Two of them, on seeded random inputs:

- The formulas of ANSI S3.5-1997, section 4, written out below with the standard library only: 10,000
  inputs for each of the four procedures, with random importance functions, conductive losses, one ear
  and two.
- The PyPI package speech-intelligibility-index 1.0.2 (Apache-2.0; Google's port of H. Muesch's
  MATLAB program), which has the one-third-octave procedure: 10,000 inputs, over its importance functions.
  It needs numpy. It has no conductive loss, and doesn't end the level distortion at 0 (no input here
  is that loud). Its Connected Speech Test differs by design and is left out.

Usage:
    cargo build --release --no-default-features --example sii_eval
    pip install numpy && pip install --no-deps speech-intelligibility-index==1.0.2
    python tests/science/sii_reference.py --binary target/release/examples/sii_eval

Prints the largest difference by procedure, and `max_difference <number>` last. Exit status: 0 if no
index differs by more than 0.001, 1 if one does, 2 if the comparison couldn't be made.
"""

import argparse
import json
import math
import random
import subprocess
import sys

TOLERANCE = 0.001
NUM_CASES = 10_000
SEED = 1997

# ANSI S3.5-1997, tables 1 to 4: the figures as the CRAN package SII 1.0.3.1 ships them.
TABLES = {
    "one_third_octave": {
        "mid_hz": [
            160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000,
            6300, 8000,
        ],
        "normal_speech_db": [
            32.41, 34.48, 34.75, 33.98, 34.59, 34.27, 32.06, 28.3, 25.01, 23, 20.15, 17.32, 13.18,
            11.55, 9.33, 5.31, 2.59, 1.13,
        ],
        "internal_noise_db": [
            0.6, -1.7, -3.9, -6.1, -8.2, -9.7, -10.8, -11.9, -12.5, -13.5, -15.4, -17.7, -21.2,
            -24.2, -25.9, -23.6, -15.8, -7.1,
        ],
        "average_importance": [
            0.0083, 0.0095, 0.015, 0.0289, 0.044, 0.0578, 0.0653, 0.0711, 0.0818, 0.0844, 0.0882,
            0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185,
        ],
    },
    "critical": {
        "mid_hz": [
            150, 250, 350, 450, 570, 700, 840, 1000, 1170, 1370, 1600, 1850, 2150, 2500, 2900, 3400,
            4000, 4800, 5800, 7000, 8500,
        ],
        "lower_hz": [
            100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
            3700, 4400, 5300, 6400, 7700,
        ],
        "upper_hz": [
            200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700,
            4400, 5300, 6400, 7700, 9500,
        ],
        "normal_speech_db": [
            31.44, 34.75, 34.14, 34.58, 33.17, 30.64, 27.59, 25.01, 23.52, 22.28, 20.15, 18.29,
            16.37, 13.8, 12.21, 11.09, 9.33, 5.84, 3.47, 1.78, -0.14,
        ],
        "internal_noise_db": [
            1.5, -3.9, -7.2, -8.9, -10.3, -11.4, -12, -12.5, -13.2, -14, -15.4, -16.9, -18.8, -21.2,
            -23.2, -24.9, -25.9, -24.2, -19, -11.7, -6,
        ],
        "average_importance": [
            0.0103, 0.0261, 0.0419, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577,
            0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.046, 0.0343, 0.0226, 0.011,
        ],
    },
    "equally_contributing": {
        "mid_hz": [
            350, 450, 570, 700, 840, 1000, 1170, 1370, 1600, 1850, 2150, 2500, 2900, 3400, 4000,
            4800, 5800,
        ],
        "lower_hz": [
            300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700,
            4400, 5300,
        ],
        "upper_hz": [
            400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400,
            5300, 6400,
        ],
        "normal_speech_db": [
            34.14, 34.58, 33.17, 30.64, 27.59, 25.01, 23.52, 22.28, 20.15, 18.29, 16.37, 13.8,
            12.21, 11.09, 9.33, 5.84, 3.47,
        ],
        "internal_noise_db": [
            -7.2, -8.9, -10.3, -11.4, -12, -12.5, -13.2, -14, -15.4, -16.9, -18.8, -21.2, -23.2,
            -24.9, -25.9, -24.2, -19,
        ],
        "average_importance": [
            0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588,
            0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588,
        ],
    },
    "octave": {
        "mid_hz": [250, 500, 1000, 2000, 4000, 8000],
        "normal_speech_db": [34.75, 34.27, 25.01, 17.32, 9.33, 1.13],
        "internal_noise_db": [-3.9, -9.7, -12.5, -17.7, -25.9, -7.1],
        "average_importance": [0.0617, 0.1671, 0.2373, 0.2648, 0.2142, 0.0549],
    },
}

# Names of the materials in the library, by their numbers in the PyPI package.
PUBLISHED_MATERIALS = {
    1: "Average",
    2: "NonsenseSyllables",
    3: "CidW22",
    4: "Nu6",
    5: "DiagnosticRhyme",
    6: "ShortPassages",
    7: "Spin",
}


def power(level_db):
    return 10.0 ** (level_db / 10.0)


def spread_attenuation_db(method, masker_idx, masked_idx, masker_db):
    """How far the masking by one band has fallen at a higher one (section 4.3.2), dB."""
    table = TABLES[method]
    if method == "one_third_octave":
        slope = 0.6 * (masker_db + 10 * math.log10(table["mid_hz"][masker_idx]) - 6.353) - 80
        ratio = 0.89 * table["mid_hz"][masked_idx] / table["mid_hz"][masker_idx]
    else:
        width_hz = table["upper_hz"][masker_idx] - table["lower_hz"][masker_idx]
        slope = 0.6 * (masker_db + 10 * math.log10(width_hz)) - 80
        ratio = table["mid_hz"][masked_idx] / table["upper_hz"][masker_idx]
    return -3.32 * slope * math.log10(ratio)


def masking_db(method, speech_db, noise_db):
    """Equivalent masking spectrum level Z of each band (section 4.3), dB."""
    if method == "octave":
        return list(noise_db)
    maskers_db = [max(noise, speech - 24) for speech, noise in zip(speech_db, noise_db)]
    bands = range(len(noise_db))
    powers = [
        [
            power(maskers_db[k] - spread_attenuation_db(method, k, i, maskers_db[k])) if k < i else 0.0
            for k in bands
        ]
        for i in bands
    ]
    result = [10 * math.log10(power(noise_db[i]) + math.fsum(powers[i])) for i in bands]
    result[0] = maskers_db[0]
    return result


def transcribed_sii(case):
    """The index of a case (sections 4.4 to 4.8)."""
    table = TABLES[case["method"]]
    importance = case.get("importance", table["average_importance"])
    masking = masking_db(case["method"], case["speech"], case["noise"])
    total = 0.0
    for i, speech in enumerate(case["speech"]):
        threshold = case["threshold"][i] - (1.7 if case["binaural"] else 0.0)
        disturbance = max(masking[i], table["internal_noise_db"][i] + threshold)
        excess = speech - table["normal_speech_db"][i] - 10 - case["conductive_loss"][i]
        distortion = min(max(1 - excess / 160, 0), 1)
        audible = min(max((speech - disturbance + 15) / 30, 0), 1)
        total += importance[i] * distortion * audible
    return total


def random_case(rng, method):
    """A case from the range of what people hear: levels around a random overall level and tilt in most,
    wholly random ones in the others."""
    num_bands = len(TABLES[method]["mid_hz"])

    def uniform(low, high):
        return [rng.uniform(low, high) for _ in range(num_bands)]

    if rng.random() < 0.25:
        speech, noise = uniform(-20, 100), uniform(-50, 100)
    else:
        reference = TABLES[method]["normal_speech_db"]
        gain, snr, tilt = rng.uniform(-20, 50), rng.uniform(-20, 40), rng.uniform(-2, 2)
        speech = [level + gain + rng.uniform(-8, 8) for level in reference]
        noise = [
            level + gain - snr + tilt * (i - num_bands / 2) + rng.uniform(-12, 12)
            for i, level in enumerate(reference)
        ]
    return {
        "method": method,
        "speech": speech,
        "noise": noise,
        "threshold": uniform(-5, rng.choice([0, 20, 60])),
        "conductive_loss": [0.0] * num_bands,
        "binaural": rng.random() < 0.5,
    }


def transcription_cases(rng, method):
    for _ in range(NUM_CASES):
        case = random_case(rng, method)
        num_bands = len(case["speech"])
        if rng.random() < 0.5:
            weights = [rng.expovariate(1.0) for _ in range(num_bands)]
            case["importance"] = [weight / sum(weights) for weight in weights]
        if rng.random() < 0.3:
            case["conductive_loss"] = [rng.uniform(0, 40) for _ in range(num_bands)]
        yield case


def published_cases(rng):
    for _ in range(NUM_CASES):
        case = random_case(rng, "one_third_octave")
        number = rng.choice(list(PUBLISHED_MATERIALS))
        case["material"] = PUBLISHED_MATERIALS[number]
        yield number, case


def evaluate(binary, cases):
    """The library's result for each case."""
    lines = "\n".join(json.dumps(case) for case in cases)
    run = subprocess.run([binary], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if len(results) != len(cases):
        raise ValueError(f"{len(cases)} cases, {len(results)} results")
    return results


def report(name, differences, indexes):
    worst = max(differences)
    if not math.isfinite(worst) or any(math.isnan(difference) for difference in differences):
        worst = math.inf
    between = sum(0.02 < index < 0.98 for index in indexes)
    print(f"{name:36}  {worst:.1e} at most, {len(differences)} inputs ({between} with an index of 0.02 to 0.98)")
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the compiled example sii_eval")
    parser.add_argument(
        "--transcription-only", action="store_true", help="leave the PyPI package out"
    )
    args = parser.parse_args()
    rng = random.Random(SEED)
    worst = 0.0

    for method in TABLES:
        cases = list(transcription_cases(rng, method))
        results = evaluate(args.binary, cases)
        expected = [transcribed_sii(case) for case in cases]
        differences = [abs(result["sii"] - sii) for result, sii in zip(results, expected)]
        worst = max(worst, report(f"transcription, {method}", differences, expected))

    if not args.transcription_only:
        from speech_intelligibility_index import sii as published

        numbers, cases = zip(*published_cases(rng))
        results = evaluate(args.binary, cases)
        expected = []
        for number, case in zip(numbers, cases):
            gain_db = 1.7 if case["binaural"] else 0.0
            threshold = [level - gain_db for level in case["threshold"]]
            expected.append(
                float(published.sii(case["speech"], case["noise"], threshold, number))
            )
        differences = [abs(result["sii"] - sii) for result, sii in zip(results, expected)]
        worst = max(worst, report("speech-intelligibility-index 1.0.2", differences, expected))

    print(f"max_difference {worst:.3e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ImportError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"no comparison: {error}", file=sys.stderr)
        sys.exit(2)
