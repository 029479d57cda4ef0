"""From linear light to the picture a decent camera would have written: lens, film curve, sharpening, noise."""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter


def develop(light: np.ndarray, exposure: float = 1.42) -> Image.Image:
    """`light` is (n, n, 3) linear RGB, row 0 on top."""
    n = light.shape[0]
    blur = lambda image, width: gaussian_filter(image, (width, width, 0)[: image.ndim])
    image = 0.93 * light + 0.05 * blur(light, n * 0.006) + 0.02 * blur(light, n * 0.03)  # bloom of the lens
    from_centre = np.mgrid[0:n, 0:n] / n - 0.5
    image *= (1 - 0.36 * (from_centre**2).sum(0))[..., None] * np.array([1.015, 1.0, 0.985])

    x = image * exposure
    x = np.clip(x * (2.25 * x + 0.03) / (x * (2.00 * x + 0.62) + 0.15), 0, 1)  # toe and shoulder of a film
    x = np.where(x < 0.0031308, x * 12.92, 1.055 * np.maximum(x, 1e-6) ** (1 / 2.4) - 0.055)
    grey = (x @ np.array([0.30, 0.59, 0.11]))[..., None]
    x = grey + (x - grey) * 1.04
    x = x + 0.45 * (x - blur(x, n / 768 * 0.9))

    random = np.random.default_rng(3)
    luminance = gaussian_filter(random.normal(size=(n, n)), 0.55)[..., None]
    chroma = gaussian_filter(random.normal(size=(n, n, 3)), (1.3, 1.3, 0))
    x = x + (0.0045 + 0.0045 * (1 - grey)) * min(1, n / 768) * (1.6 * luminance + 2.0 * chroma)
    return Image.fromarray((np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8))
