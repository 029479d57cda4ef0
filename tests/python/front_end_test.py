"""The trainer's copy of the front end against the product's: `front_end_test.py BUILD SOURCE`. Needs torch."""
import sys
import unittest

from support import build, needs, parlante, run, source

sys.path.insert(0, str(source / "training" / "motion"))
with needs("torch"):
    import numpy as np
    import torch
    from front_end import WIDTH, Ear, FrontEnd

MODELS = build / "models"


class FrontEnds(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        sound = np.asarray(parlante.read_sound(str(source / "samples" / "speech.flac")))
        self.sound = np.ascontiguousarray(sound[: 2 * parlante.SAMPLE_RATE])  # the product hears it in one window too
        self.heard = {name: np.asarray(rows) for name, rows in parlante.hear(self.sound, str(MODELS)).items()}

    def test_both_hear_the_same_in_speech(self):
        rows = FrontEnd(MODELS / "phonetic.hama")(torch.from_numpy(self.sound)[None])[0].numpy()
        for name, columns in (("layer2", slice(0, WIDTH)), ("layer4", slice(WIDTH, 2 * WIDTH)),
                              ("posterior", slice(2 * WIDTH, None))):
            ours, theirs = rows[:, columns], self.heard[name]
            self.assertEqual(ours.shape, theirs.shape)
            self.assertGreater(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1], 0.9999, name)

    def test_the_ear_joins_two_frames_to_one(self):
        half = Ear(MODELS / "phonetic.hama", parlante.phone_classes())(torch.from_numpy(self.sound)[None])[0].numpy()
        self.assertEqual(half.shape, (50, 2 * Ear.HALF))
        for part in (0, 1):
            classes = half[:, part * Ear.HALF + 2 * WIDTH: part * Ear.HALF + 2 * WIDTH + 17]
            self.assertLess(np.abs(classes - self.heard["classes"][part::2]).mean(), 0.005)
            energy = half[:, (part + 1) * Ear.HALF - 1]
            expected = (np.clip(self.heard["energy_db"][part::2], -80, 0) + 40) / 20
            np.testing.assert_allclose(energy, expected, atol=0.05)


if __name__ == "__main__":
    run()
