"""How like two pictures of one face are, inside a mask: signal-to-noise, structure and gradients.

All take luma or RGB of 0 to 255 as float32 and a boolean mask of the same height and width."""
import cv2
import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601


def luma(picture: np.ndarray) -> np.ndarray:
    return picture.astype(np.float32) @ LUMA


def psnr(ours: np.ndarray, real: np.ndarray, mask: np.ndarray) -> float:
    """Peak signal-to-noise ratio over all colours, dB."""
    error = float(np.mean((ours[mask].astype(np.float64) - real[mask]) ** 2))
    return 10 * np.log10(255**2 / max(error, 1e-3))


def ssim(ours: np.ndarray, real: np.ndarray, mask: np.ndarray) -> float:
    """Structural similarity of luma (Wang et al. 2004; Gaussian window of 1.5 px), mean over the mask."""
    blurred = lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.5)
    mean_a, mean_b = blurred(ours), blurred(real)
    variance_a = blurred(ours * ours) - mean_a**2
    variance_b = blurred(real * real) - mean_b**2
    covariance = blurred(ours * real) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    structure = ((2 * mean_a * mean_b + c1) * (2 * covariance + c2)) / (
        (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2))
    return float(structure[mask].mean())


def gradient(picture: np.ndarray) -> np.ndarray:
    """Size of the Prewitt gradient."""
    kernel = np.array([[1, 0, -1]] * 3, np.float32) / 3
    return np.hypot(cv2.filter2D(picture, -1, kernel), cv2.filter2D(picture, -1, kernel.T))


def gmsd(ours: np.ndarray, real: np.ndarray, mask: np.ndarray) -> float:
    """Gradient magnitude similarity deviation (Xue et al. 2014) over two scales, mean; 0 is alike. Of all measures that
    need no network it goes best with what people say of blur, noise and misplaced edges."""
    deviations = []
    for _ in range(2):
        a, b = gradient(ours), gradient(real)
        similarity = (2 * a * b + 170) / (a * a + b * b + 170)
        deviations.append(float(similarity[mask].std()) if mask.any() else 0.0)
        ours, real = (cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in (ours, real))
        mask = cv2.resize(mask.astype(np.uint8), (ours.shape[1], ours.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
    return float(np.mean(deviations))


def detail(picture: np.ndarray, mask: np.ndarray) -> float:
    """Root mean square of what a blur of 1.5 px takes away: sharpness and grain."""
    return float(np.sqrt(np.mean((picture - cv2.GaussianBlur(picture, (0, 0), 1.5))[mask] ** 2)))
