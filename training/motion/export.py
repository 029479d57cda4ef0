#!/usr/bin/env python3
"""Write a checkpoint's averaged weights as the product's one file, 16-bit, with all that is to be known of it.

    python export.py --checkpoint motion.pt --cache CACHE --out ../../assets/motion.safetensors
"""
import argparse
import json
import pathlib
import struct

import numpy as np
import torch

from model import Denoiser, Shape

LICENCE = "Apache-2.0; trained on CC BY 4.0 (GRID), US government works and MIT (FACEGOOD) data, see docs/dataset.md"


def tensors(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The product's names (src/motion/motion_model.hpp); normalisation stays in 32 bits."""
    named = {}
    for name, value in state.items():
        name = name.replace("block.", "block", 1) if name.startswith("block.") else name
        half = not name.endswith(("_mean", "_std"))
        named[name] = value.float().cpu().numpy().astype(np.float16 if half else np.float32)
    return named


def write(file: pathlib.Path, arrays: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """safetensors: u64 length, JSON header, numbers."""
    header, offset = {"__metadata__": metadata}, 0
    for name, array in sorted(arrays.items()):
        kind = "F16" if array.dtype == np.float16 else "F32"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for _, array in sorted(arrays.items()):
            out.write(np.ascontiguousarray(array).tobytes())


def seconds_a_set(cache: pathlib.Path) -> dict[str, int]:
    """Seconds of sound that were trained on."""
    total: dict[str, float] = {}
    for entry in json.loads((cache / "index.json").read_text())["clips"]:
        if entry["split"] == "train":
            with np.load(cache / entry["file"]) as stored:
                total[entry["set"]] = total.get(entry["set"], 0) + len(stored["audio"]) / 16000
    return {name: round(value) for name, value in sorted(total.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="folder made by dataset.py")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--guidance", type=float, default=1.5)
    parser.add_argument("--upper-lip", type=float, default=0.5,
                        help="scale of mouthUpperUp: the natural speech is one man's, who shows his teeth (default: %(default)s)")
    parser.add_argument("--smile", type=float, default=0.7, help="scale of mouthSmile, for the same reason")
    args = parser.parse_args()

    stored = torch.load(args.checkpoint, map_location="cpu", weights_only=False)
    shape = Shape(**stored["shape"])
    net = Denoiser(shape)
    net.load_state_dict(stored["ema"])
    for start, scale in (("mouthUpperUp", args.upper_lip), ("mouthSmile", args.smile)):
        for side in ("Left", "Right"):
            i = stored["channels"].index(start + side)
            net.channel_mean[i] *= scale
            net.channel_std[i] *= scale
    config = {"kind": stored["args"]["kind"], "d": shape.d, "blocks": shape.blocks, "heads": shape.heads, "reach": shape.reach,
              "window": 60, "previous": 10, "channels": stored["channels"], "steps": args.steps, "guidance": args.guidance, "fps": 25}
    data = {"seconds": seconds_a_set(args.cache), "training_steps": stored["step"], "seed": stored["args"]["seed"]}
    metadata = {"format": "parlante-motion-1", "config": json.dumps(config), "data": json.dumps(data), "licence": LICENCE,
                "source": "training/motion"}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write(args.out, tensors(net.state_dict()), metadata)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB, {data}")


if __name__ == "__main__":
    main()
