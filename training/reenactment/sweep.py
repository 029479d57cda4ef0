#!/usr/bin/env python3
"""What was asked of a portrait against what the tracker sees of it again, one movement at a time.

    python sweep.py --program ../../build/release/bin/parlante --work /tmp/sweep ../../samples/portrait.png more.jpg

Prints correlation and slope (seen over asked) of every movement and portrait: the second table of docs/render.md.
"""
import argparse
import json
import pathlib
import subprocess

import numpy as np

import faces

FRAMES = 60  # of each movement: one wave
# movement: the member of the code, its amplitude (degrees, or part of the eye distance); lids and lips go one way
MOVEMENTS = {"yaw": ("yaw_deg", 14), "pitch": ("pitch_deg", 9), "roll": ("roll_deg", 10), "gaze to the sides": ("gaze_yaw_deg", 12),
             "gaze up and down": ("gaze_pitch_deg", 9), "lids": ("eyeBlink", 1), "aperture": ("aperture", 0.2)}


def codes() -> list[dict]:
    wave = np.sin(2 * np.pi * np.arange(FRAMES) / FRAMES)
    one_way = (1 - np.cos(2 * np.pi * np.arange(FRAMES) / FRAMES)) / 2
    film = []
    for member, size in MOVEMENTS.values():
        for there_and_back, once in zip(wave, one_way):
            code: dict = {"aperture": 0.0, "weights": {}}
            if member == "eyeBlink":
                code["weights"] = {"eyeBlinkLeft": once, "eyeBlinkRight": once}
            elif member == "aperture":
                code |= {"aperture": size * once, "weights": {"jawOpen": 2.2 * size * once}}
            else:
                code[member] = size * there_and_back
            film.append(code)
    return film


def amount(code: dict, member: str) -> float:
    if member == "eyeBlink":
        weights = code["weights"]
        return (weights.get("eyeBlinkLeft", 0) + weights.get("eyeBlinkRight", 0)) / 2
    return code.get(member, 0)


def follows(asked: np.ndarray, seen: np.ndarray) -> tuple[float, float]:
    """Correlation, and slope of what was seen over what was asked."""
    a, b = asked - asked.mean(), seen - seen.mean()
    return float(a @ b / np.sqrt((a @ a) * (b @ b) + 1e-12)), float(a @ b / (a @ a))


def sweep(program: pathlib.Path, portrait: pathlib.Path, folder: pathlib.Path, options: list[str]) -> dict[str, tuple[float, float]]:
    folder.mkdir(parents=True, exist_ok=True)
    film, lines, asked = folder / "sweep.mp4", folder / "sweep.jsonl", codes()
    (folder / "codes.jsonl").write_text("\n".join(map(json.dumps, asked)) + "\n", encoding="utf-8")
    lines.unlink(missing_ok=True)
    subprocess.run([program, "render", portrait, "--codes", folder / "codes.jsonl", "-o", film, "--crf", "8", "-q", *options],
                   check=True)
    seen = faces.track(program, film, lines)
    found = {}
    for number, (name, (member, _)) in enumerate(MOVEMENTS.items()):
        frames = [k for k in range(number * FRAMES, (number + 1) * FRAMES) if seen[k]]
        found[name] = follows(np.array([amount(asked[k], member) for k in frames]),
                              np.array([amount(seen[k].code, member) for k in frames]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portraits", type=pathlib.Path, nargs="+", help="photos or avatar files")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where codes and films are kept")
    parser.add_argument("--render", nargs=argparse.REMAINDER, default=[], help="options for parlante render, at the end")
    args = parser.parse_args()
    print("| portrait | " + " | ".join(MOVEMENTS) + " |\n" + "| --- " * (len(MOVEMENTS) + 1) + "|")
    all_found = []
    for portrait in args.portraits:
        name = f"{portrait.parent.name}-{portrait.stem}"
        found = sweep(args.program, portrait, args.work / name, args.render)
        all_found.append(list(found.values()))
        print(f"| {name} | " + " | ".join(f"{r:.3f}, {slope:.2f}" for r, slope in found.values()) + " |", flush=True)
    middle = np.median(all_found, axis=0)
    print("| median | " + " | ".join(f"{r:.3f}, {slope:.2f}" for r, slope in middle) + " |")


if __name__ == "__main__":
    main()
