"""The pure parts of training/motion's data set: `dataset_test.py BUILD SOURCE`. Needs numpy."""
import pathlib
import sys
import tempfile
import unittest

from support import needs, parlante, run, source

sys.path.insert(0, str(source / "training" / "motion"))
with needs("numpy"):
    import numpy as np
import channels
import contact
import facegood
import quality
import sources
import sync
from dataset import bridge
from hearing import VOICED, voice_at

FPS = 25.0


def sound_clip(**changed):
    clip = {"gap": np.full(50, 0.1), "eye_distance_px": np.full(50, 80.0), "audio": np.ones(100, np.int16)}
    return {**clip, **changed}


class Channels(unittest.TestCase):
    def test_every_channel_is_known_to_the_product(self):
        names = set(parlante.BLENDSHAPES) | {"aperture", *channels.POSE, *channels.GAZE}
        self.assertLessEqual(set(channels.CHANNELS), names)
        self.assertEqual(len(set(channels.CHANNELS)), len(channels.CHANNELS))

    def test_gaze_does_not_follow_the_lid(self):
        gaze, blink = np.zeros((40, 2)), np.zeros(40)
        blink[20:23] = 1
        gaze[19:24, 1] = -0.3
        self.assertEqual(np.abs(channels.gaze_through_blinks(gaze, blink)).max(), 0)
        gaze[25:, 0] = 0.1  # a saccade while the eye was shut stays
        self.assertAlmostEqual(channels.gaze_through_blinks(gaze, blink)[30, 0], 0.1)

    def test_heads_are_steadied_but_turn_as_they_did(self):
        turn = np.stack([0.2 * np.sin(2 * np.pi * 0.5 * np.arange(200) / FPS)] * 3, axis=1)
        tremor = 0.01 * (-1.0) ** np.arange(200)[:, None]
        seen = turn + tremor
        seen[100] = np.nan
        made = channels.steadied(seen, FPS)
        self.assertTrue(np.isnan(made[100]).all())
        self.assertLess(np.nanmax(np.abs(made - turn)[10:90]), 0.004)

    def test_what_a_rig_does_not_tell_is_not_known(self):
        codes = channels.few_codes({"aperture": np.array([0.1, 0.2])})
        self.assertEqual(codes[1, 0], np.float32(0.2))
        self.assertTrue(np.isnan(codes[:, 1:]).all())


class Frames(unittest.TestCase):
    def test_short_gaps_are_bridged_and_long_ones_stay(self):
        table = np.arange(20.0)[:, None].repeat(2, 1)
        table[[0, 5, 6, 10, 11, 12]] = np.nan
        filled = bridge(table)
        self.assertEqual(filled[5, 0], 5)
        self.assertEqual(filled[6, 1], 6)
        self.assertTrue(np.isnan(filled[[0, 10, 11, 12]]).all())

    def test_voice_is_that_of_the_sound_shown(self):
        heard = {"voice": np.repeat([0.0, 1.0], 25)}  # speaks from .5 s on
        self.assertEqual(np.argmax(voice_at(heard, 0.02, FPS, 25)), 12)
        self.assertEqual(np.argmax(voice_at(heard, 0.22, FPS, 25)), 7)
        self.assertFalse(voice_at(heard, 2.0, FPS, 5).any())


class Sync(unittest.TestCase):
    def test_late_and_early_lips_are_found(self):
        rng = np.random.default_rng(1)
        layer = rng.normal(size=(400, 144)).astype(np.float32)
        heard = {"layer2": layer, "voice": np.full(400, VOICED + 0.1)}
        reading = np.convolve(np.pad(np.asarray(parlante.read_lips(layer)[0]), 6, mode="edge"), sync.SMOOTHING, "valid")
        moments = (np.arange(400) + 0.5) * 0.02
        for ahead in (-0.08, 0.0, 0.06):  # of the lips, beyond what the index says
            shown = 0.02 + np.arange(190) / FPS
            gap = np.interp(shown + ahead, moments, reading)
            self.assertAlmostEqual(sync.shift_s(gap, 0.02, FPS, heard), ahead, delta=0.011)


class Contact(unittest.TestCase):
    def heard(self, second, probability):
        classes = np.zeros((200, 17), np.float32)
        classes[round(second / 0.02), 1] = probability
        return {"classes": classes}

    def test_a_narrow_dip_at_a_certain_b_becomes_a_contact(self):
        shown = 0.02 + np.arange(80) / FPS
        aperture = 0.12 - 0.1 * np.exp(-0.5 * ((shown - 1.5) / 0.03) ** 2)
        closed = contact.close(aperture, 0.02, FPS, self.heard(1.54, 0.9))
        self.assertLess(closed[np.argmin(aperture)], 1e-6)
        self.assertLessEqual((closed - aperture).max(), 0)
        far = np.abs(shown - 1.5) > 0.15
        np.testing.assert_array_equal(closed[far], aperture[far])

    def test_open_lips_and_doubtful_sounds_stay_as_they_were_seen(self):
        shown = 0.02 + np.arange(80) / FPS
        aperture = 0.12 - 0.1 * np.exp(-0.5 * ((shown - 1.5) / 0.03) ** 2)
        np.testing.assert_array_equal(contact.close(aperture, 0.02, FPS, self.heard(1.54, 0.5)), aperture)
        np.testing.assert_array_equal(contact.close(aperture, 0.02, FPS, self.heard(2.5, 1.0)), aperture)
        wide = np.full(80, 0.1)
        np.testing.assert_array_equal(contact.close(wide, 0.02, FPS, self.heard(1.54, 1.0)), wide)


class Quality(unittest.TestCase):
    def test_sound_clips_pass(self):
        self.assertIsNone(quality.fault(sound_clip()))

    def test_lost_faces_cuts_and_mute_clips_do_not(self):
        lost = np.full(50, 0.1)
        lost[:10] = np.nan
        cut = np.full(50, 80.0)
        cut[25:] = 100
        for changed in ({"gap": lost}, {"eye_distance_px": cut}, {"audio": np.zeros(100, np.int16)}):
            self.assertIsNotNone(quality.fault(sound_clip(**changed)))


class Sources(unittest.TestCase):
    def test_a_mouth_ahead_of_its_sound_is_moved_to_later_sound(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "a.flac").touch()
            (folder / "index.csv").write_text("file,set,person,fps,licence,source_repo,mouth_ahead_ms_use\n"
                                              "a.npz,gov,Somebody,25,free,here,60\nb.npz,gov,Nobody,25,free,here,0\n")
            (clip,) = sources.indexed(folder, measure_only=False)  # b has no sound
            self.assertAlmostEqual(clip.start_s, 0.02 + 0.06)
            self.assertEqual((clip.set, clip.split), ("natural", "train"))
            (clip,) = sources.indexed(folder, measure_only=True)
            self.assertEqual((clip.set, clip.split), ("validation_gov", "measure"))

    def test_the_split_does_not_change_with_the_order_of_files(self):
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "clips").mkdir()
            for number in range(60):
                (pathlib.Path(name) / "clips" / f"clip{number}.mkv").touch()
            kept = [clip.name for clip in sources.grid(pathlib.Path(name)) if clip.split == "stop"]
            self.assertEqual(len(kept), sources.GRID_STOP)
            self.assertEqual(sorted(kept, key=sources.hashed), sorted((f"clip{n}" for n in range(60)), key=sources.hashed)[:24])


class Facegood(unittest.TestCase):
    def rig(self, folder, **weights):
        names = sorted({*facegood.LIPS, *facegood.JAW, *facegood.ROUNDING, *facegood.UPPER_LIP})
        values = np.array([[weights.get(name, 0) for name in names]], np.float16)
        file = pathlib.Path(folder) / "rig.npz"
        np.savez(file, rig_names=np.array(names), rig_values=values)
        return facegood.mouth(file)

    def test_rest_is_shut_and_shapes_do_what_they_are_called(self):
        with tempfile.TemporaryDirectory() as folder:
            aperture, shapes = self.rig(folder)
            self.assertEqual((aperture[0], shapes["jawOpen"][0], shapes["mouthPucker"][0]), (0, 0, 0))
            aperture, shapes = self.rig(folder, mouth_stretch_c=0.4)
            self.assertTrue(0.1 < aperture[0] < 0.2 and shapes["jawOpen"][0] > 0.2)
            aperture, shapes = self.rig(folder, mouth_oo_c=0.8)
            self.assertTrue(aperture[0] == 0 and shapes["mouthPucker"][0] > 0.4)
            aperture, _ = self.rig(folder, mouth_stretch_c=0.1, mouth_press_l=0.7)
            self.assertLess(aperture[0], self.rig(folder, mouth_stretch_c=0.1)[0][0])


if __name__ == "__main__":
    run()
