#!/usr/bin/env python3
"""Self-reenactment: one frame of a real clip, driven by the clip's own tracked codes, held against the clip.

    python reenact.py --data ../../../shared/data --program ../../build/release/bin/parlante --work /tmp/reenact

Prints the tables of docs/render.md; `--before` adds the same with another build. Clips, codes and films stay in --work.
"""
import argparse
import collections
import json
import pathlib
import subprocess

import cv2
import numpy as np

import faces
import likeness

SIZE = 512  # of our film, px


def source_frame(frames: list) -> int:
    """The frame that is most at rest: lips shut, eyes open, head as it is held in the mean."""
    def unrest(seen) -> float:
        if seen is None:
            return np.inf
        weights = seen.code["weights"]
        lids = max(weights.get("eyeBlinkLeft", 0), weights.get("eyeBlinkRight", 0))
        gaze = np.hypot(seen.code["gaze_yaw_deg"], seen.code["gaze_pitch_deg"])
        turn = np.linalg.norm(seen.pose.angles_deg())
        return 12 * max(seen.code["aperture"], 0) + 2 * lids + 0.05 * gaze + 0.1 * turn + 0.3 * sum(weights.values())

    return int(np.argmin([unrest(seen) for seen in frames]))


def relative(seen, source) -> dict:
    """The code of a frame for an avatar that is made of the source frame."""
    pose, code, rest = seen.pose.seen_from(source.pose), seen.code, source.code
    pitch, yaw, roll = pose.angles_deg()
    weights = {name: max(0, value - rest["weights"].get(name, 0)) for name, value in code["weights"].items()}
    return {"yaw_deg": yaw, "pitch_deg": pitch, "roll_deg": roll, "translation_cm": pose.shift.tolist(),
            "gaze_yaw_deg": code["gaze_yaw_deg"] - rest["gaze_yaw_deg"],
            "gaze_pitch_deg": code["gaze_pitch_deg"] - rest["gaze_pitch_deg"],
            "aperture": code["aperture"], "weights": weights}


class Clip:
    """A real film, cut to the square that an avatar shows, with its track and the codes that drive our copy of it."""

    def __init__(self, film: pathlib.Path, program: pathlib.Path, work: pathlib.Path):
        self.folder = work / film.stem
        self.folder.mkdir(parents=True, exist_ok=True)
        self.square, self.photo = self.folder / "real.mkv", self.folder / "source.png"
        self.codes = self.folder / "codes.jsonl"
        if not self.square.exists():
            first = faces.track(program, film, self.folder / "film.jsonl")
            height, width = faces.pictures(film)[0].shape[:2]
            faces.cut(film, faces.square(first, width, height), self.square)
        self.real = faces.pictures(self.square)
        self.seen = faces.track(program, self.square, self.folder / "real.jsonl")
        self.source = source_frame(self.seen)
        cv2.imwrite(str(self.photo), self.real[self.source][..., ::-1])
        last = self.seen[self.source]
        with self.codes.open("w", encoding="utf-8") as lines:
            for seen in self.seen:  # a frame without a face repeats the one before it
                last = seen or last
                lines.write(json.dumps(relative(last, self.seen[self.source])) + "\n")

    def drawn(self, program: pathlib.Path, name: str, options: list[str]) -> pathlib.Path:
        film = self.folder / f"{name}.mp4"
        subprocess.run([program, "render", self.photo, "--codes", self.codes, "-o", film, "--size", str(SIZE), "--crf", "4",
                        "--fps", faces.rate(self.square), "-q", *options], check=True)
        film.with_suffix(".jsonl").unlink(missing_ok=True)
        return film


def compare(clip: Clip, ours: np.ndarray, own_seen: list) -> dict[str, list[float]]:
    """Likeness of each frame to the real one, where it is and laid onto it by what is stiff in a face."""
    height, width = clip.real.shape[1:3]
    values = collections.defaultdict(list)
    for real, seen, picture, own in zip(clip.real, clip.seen, ours, own_seen):
        if seen is None or own is None:
            continue
        masks = faces.regions(seen.landmarks, height, width)
        moved = faces.onto(picture, own, seen.landmarks)
        real_luma = likeness.luma(real)
        for how, shown in (("placed", picture), ("aligned", moved)):
            light = likeness.luma(shown)
            for region, mask in masks.items():
                key = f"{how} {region} "
                values[key + "psnr"].append(likeness.psnr(shown, real, mask))
                values[key + "ssim"].append(likeness.ssim(light, real_luma, mask))
                values[key + "gmsd"].append(likeness.gmsd(light, real_luma, mask))
                if how == "placed":
                    values[key + "detail"].append(likeness.detail(light, mask) / likeness.detail(real_luma, mask))
    return values


def table(name: str, rows: dict[str, dict[str, list[float]]]) -> None:
    for who, values in rows.items():
        cells = []
        for region in ("face", "mouth"):
            for how in ("placed", "aligned"):
                cells += [f"{np.mean(values[f'{how} {region} {measure}']):.{digits}f}"
                          for measure, digits in (("psnr", 1), ("ssim", 3), ("gmsd", 3))]
            cells.append(f"{np.mean(values[f'placed {region} detail']):.2f}")
        print(f"| {name} | {who} | " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with natural/, grid_s1/, validation/")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--before", type=pathlib.Path, help="another build of it")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where clips, codes and films are kept")
    parser.add_argument("--each", type=int, default=6, help="clips of each set (default: %(default)s)")
    parser.add_argument("render", nargs="*", help="options for parlante render, after --")
    args = parser.parse_args()
    columns = [f"{region}, {what}" for region in ("face", "mouth")
               for what in ("PSNR", "SSIM", "GMSD", "PSNR laid on", "SSIM laid on", "GMSD laid on", "detail")]
    print("| set | picture | " + " | ".join(columns) + " |\n" + "| --- " * (len(columns) + 2) + "|")
    programs = {"before": args.before, "ours": args.program} if args.before else {"ours": args.program}
    for name, films in faces.clips(args.data, args.each).items():
        rows = collections.defaultdict(lambda: collections.defaultdict(list))
        for film in films:
            clip = Clip(film, args.program, args.work)
            height, width = clip.real.shape[1:3]
            shown = {"still": (np.repeat(clip.real[clip.source][None], len(clip.real), 0),
                               [clip.seen[clip.source].landmarks] * len(clip.real))}
            for who, program in programs.items():
                drawn = clip.drawn(program, who, args.render)
                tracked = faces.track(args.program, drawn, drawn.with_suffix(".jsonl"))
                ours = [cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA if width < SIZE else cv2.INTER_CUBIC)
                        for p in faces.pictures(drawn)]
                shown[who] = (ours, [t and t.landmarks * (width / SIZE) for t in tracked])
            for who, (pictures, seen) in shown.items():
                for key, values in compare(clip, pictures, seen).items():
                    rows[who][key] += values
        table(name, rows)


if __name__ == "__main__":
    main()
