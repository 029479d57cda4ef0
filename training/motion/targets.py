"""Weights of the channels in the loss, their normalisation, and the conditions that a window itself shows."""
import torch

from clips import Clips

# How much a channel at its usual spread shows on the face, against the others; the opening of the lips rules.
APERTURE = 8.0
MOUTH, EYES, BROWS, POSE, GAZE = 1.0, 0.5, 0.5, 0.5, 0.3
TYPICAL_SPREAD = 0.054  # standard deviation of the lip opening of talking people (design 9)


def channel_weights(channels: list[str], aperture: float = APERTURE) -> torch.Tensor:
    def weight(name: str) -> float:
        if name == "aperture":
            return aperture
        if name in ("yaw", "pitch", "roll"):
            return POSE
        if name.startswith("gaze"):
            return GAZE
        if name.startswith("eye"):
            return EYES
        if name.startswith("brow"):
            return BROWS
        return 2 * MOUTH if name == "jawOpen" else MOUTH

    return torch.tensor([weight(name) for name in channels])


def mirror(channels: list[str]) -> tuple[list[int], torch.Tensor]:
    """Where each channel of the face's mirror image comes from, and with which sign."""
    def partner(name: str) -> str:
        for a, b in (("Left", "Right"), ("Right", "Left")):
            if a in name:
                return name.replace(a, b)
        return name

    signs = [-1.0 if name in ("yaw", "roll", "gazeYaw") else 1.0 for name in channels]
    return [channels.index(partner(name)) for name in channels], torch.tensor(signs)


def normalisation(clips: Clips) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and spread of each channel: every set counts alike; a floor keeps dead channels dead."""
    means, squares = [], []
    for name in sorted({clip.set for clip in clips.clips}):
        rows = torch.cat([clips.codes[c.first_frame:c.first_frame + c.frames, :-1] for c in clips.clips if c.set == name])
        known = ~rows.isnan()
        count = known.sum(0).clamp(min=1)
        mean = rows.nan_to_num().sum(0) / count
        means.append(torch.where(known.any(0), mean, torch.nan))
        squares.append(torch.where(known.any(0), (rows.nan_to_num() ** 2 * known).sum(0) / count, torch.nan))
    mean, square = torch.stack(means).nanmean(0), torch.stack(squares).nanmean(0)
    return mean, (square - mean ** 2).clamp(min=0).sqrt().clamp(min=0.01)


def conditions(motion: torch.Tensor, distance: torch.Tensor, spread: torch.Tensor, channels: list[str], drop: float,
               generator: torch.Generator | None) -> torch.Tensor:
    """(batch, 16) from the windows' own motion (NaN where unknown): mean gaze; mean logarithm of the distance, against the
    clip's; how widely the person opens the lips. Each is dropped by chance. Nobody in the data was told an emotion: those
    inputs stay 0 with `known` 0."""
    cond = motion.new_zeros(len(motion), 16)

    def kept() -> torch.Tensor:
        if generator is None:
            return torch.ones(len(motion), device=motion.device)
        return (torch.rand(len(motion), generator=generator, device=motion.device) >= drop).float()

    gaze = motion[..., [channels.index("gazeYaw"), channels.index("gazePitch")]].nanmean(1)
    known = kept() * (~gaze.isnan().any(1)).float()
    cond[:, 0:2], cond[:, 2] = gaze.nan_to_num() * known[:, None], known
    near = distance.nanmean(1)
    known = kept() * (~near.isnan()).float()
    cond[:, 3], cond[:, 4] = near.nan_to_num() * known, known
    known = kept()
    cond[:, 14], cond[:, 15] = (spread / TYPICAL_SPREAD - 1).float() * known, known
    return cond
