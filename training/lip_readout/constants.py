"""The constants as C++ text (src/motion/lip_readout_weights.inc), written and read."""
import pathlib
import re

import numpy as np

from ridge import Readout

NAMES = {"gap": ("kGapBias", "kGapWeights"), "width": ("kWidthBias", "kWidthWeights")}
LINE = 108


def _literal(value: float) -> str:
    text = f"{np.float32(value):.4g}"
    return text + ("F" if "." in text or "e" in text else ".0F")


def write(readouts: dict[str, Readout], file: pathlib.Path) -> None:
    lines = []
    for measure, readout in readouts.items():
        bias, weights = NAMES[measure]
        lines.append(f"constexpr float {bias} = {readout.bias:.5f}F;")
        lines.append(f"constexpr std::array<float, {len(readout.weights)}> {weights} = {{")
        line = "   "
        for weight in readout.weights:
            text = f" {_literal(weight)},"
            if len(line) + len(text) > LINE:
                lines.append(line)
                line = "   "
            line += text
        lines += [line, "};"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(file: pathlib.Path) -> dict[str, Readout]:
    text = file.read_text(encoding="utf-8")
    number = r"(-?[\d.]+(?:e[-+]?\d+)?)F"
    readouts = {}
    for measure, (bias, weights) in NAMES.items():
        block = text.split(f"{weights} = {{")[1].split("};")[0]
        values = np.array([float(v) for v in re.findall(number, block)])
        readouts[measure] = Readout(values, float(re.search(rf"{bias} = {number}", text)[1]))
    return readouts
