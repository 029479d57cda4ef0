"""Sound as other rooms, microphones and voices would have it; all on the device, a batch at a time."""
import torch


def equalise(samples: torch.Tensor, most_db: float, generator: torch.Generator) -> torch.Tensor:
    """A random smooth frequency curve a sound: eight bands, interpolated."""
    spectrum = torch.fft.rfft(samples)
    bands = torch.randn(len(samples), 1, 8, generator=generator, device=samples.device) * most_db / 2
    curve = torch.nn.functional.interpolate(bands, spectrum.shape[-1], mode="linear", align_corners=True)[:, 0]
    return torch.fft.irfft(spectrum * 10 ** (curve.clamp(-most_db, most_db) / 20), samples.shape[-1])


def add_noise(samples: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """White to pink noise in a `share` of the sounds, 5 to 40 dB below the speech."""
    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(len(samples), 1, generator=generator, device=samples.device)

    noise = torch.randn(samples.shape, generator=generator, device=samples.device)
    spectrum = torch.fft.rfft(noise)
    hertz = torch.arange(1, spectrum.shape[-1] + 1, device=samples.device, dtype=torch.float32)
    noise = torch.fft.irfft(spectrum * hertz ** -uniform(0, 1), samples.shape[-1])
    level = samples.square().mean(-1, keepdim=True).sqrt() * 10 ** (-uniform(5, 40) / 20)
    noise = noise / noise.square().mean(-1, keepdim=True).sqrt().clamp(min=1e-9) * level
    return samples + noise * (uniform(0, 1) < share)


def alter(samples: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Equaliser, noise, level."""
    gain = 10 ** ((torch.rand(len(samples), 1, generator=generator, device=samples.device) * 24 - 16) / 20)
    return (add_noise(equalise(samples, 9, generator), 0.6, generator) * gain).clamp(-1, 1)
