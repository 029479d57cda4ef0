"""The Python module against what the product promises: `module_test.py BUILD SOURCE`. Needs nothing but Python."""
import array
import math
import unittest

from support import build, parlante, run, source

MODELS = str(build / "models")


def tone(seconds):
    return array.array("f", (0.3 * math.sin(2 * math.pi * 150 * i / parlante.SAMPLE_RATE)
                             for i in range(int(seconds * parlante.SAMPLE_RATE))))


class Hearing(unittest.TestCase):
    def test_every_20_ms_become_one_row(self):
        heard = parlante.hear(tone(1.5), MODELS)
        self.assertEqual(heard["layer2"].shape, (75, 144))
        self.assertEqual(heard["posterior"].shape, (75, 191))
        self.assertEqual(heard["voice"].shape, (75,))
        self.assertAlmostEqual(heard["pitch_hz"].tolist()[40], 150, delta=2)
        self.assertAlmostEqual(heard["energy_db"].tolist()[40], 20 * math.log10(0.3 / math.sqrt(2)), delta=0.2)

    def test_phone_classes_share_all_of_the_posterior(self):
        heard = parlante.hear(parlante.read_sound(str(source / "samples" / "speech.flac")), MODELS)
        classes = parlante.phone_classes()
        for posterior, masses in list(zip(heard["posterior"].tolist(), heard["classes"].tolist()))[::10]:
            self.assertAlmostEqual(sum(masses), 1, places=2)
            bilabials = sum(p for p, c in zip(posterior, classes) if c == classes[parlante.phones().index("m")])
            self.assertAlmostEqual(masses[1], bilabials, places=5)

    def test_live_windows_hear_the_same_speech(self):
        sound = parlante.read_sound(str(source / "samples" / "speech.flac"))[: 4 * parlante.SAMPLE_RATE]
        offline, live = (parlante.hear(sound, MODELS, live=live)["posterior"].tolist() for live in (False, True))
        self.assertEqual(len(offline), len(live))
        alike = sum(a.index(max(a)) == b.index(max(b)) for a, b in zip(offline, live))
        self.assertGreater(alike, 0.8 * len(live))

    def test_nothing_is_heard_in_nothing(self):
        self.assertEqual(parlante.hear(array.array("f"), MODELS)["layer2"].shape[0], 0)

    def test_failures_say_what_is_wrong(self):
        with self.assertRaisesRegex(parlante.Error, "phonetic.hama"):
            parlante.hear(tone(0.1), "/nowhere")
        with self.assertRaises(parlante.Error):
            parlante.read_sound("/nowhere.flac")
        with self.assertRaises(parlante.Error):
            parlante.track_video(str(source / "README.md"), MODELS)
        with self.assertRaises(TypeError):
            parlante.hear("words", MODELS)


def table(numbers, *shape):
    return memoryview(array.array("f", numbers)).cast("B").cast("f", shape)


class Solving(unittest.TestCase):
    def test_a_speaker_becomes_face_codes(self):
        clips = sorted((source.parent / "shared" / "data" / "grid_s1" / "clips").glob("*.mkv"))
        if not clips:
            self.skipTest("needs a clip of ../shared/data/grid_s1")
        tracked = parlante.track_video(str(clips[0]), MODELS)
        clip = parlante.TrackedClip(tracked["landmarks"], scores=tracked["scores"], picture_size=max(tracked["size"]))
        solver = parlante.FaceCodeSolver(MODELS)
        person = solver.calibrate([clip])
        solved = solver.solve(clip, person)
        frames = len(clip)
        self.assertEqual(solved["weights"].shape, (frames, len(parlante.BLENDSHAPES)))
        apertures = solved["aperture"].tolist()
        self.assertLess(min(apertures), 0.01)
        self.assertGreater(max(apertures), 0.05)
        jaw = [row[parlante.BLENDSHAPES.index("jawOpen")] for row in solved["weights"].tolist()]
        self.assertGreater(jaw[apertures.index(max(apertures))], jaw[apertures.index(min(apertures))])
        self.assertTrue(all(0 <= weight <= 1 for row in solved["weights"].tolist() for weight in row))
        yaws = [pose[0] for pose in solved["pose"].tolist()]
        self.assertAlmostEqual(sum(yaws) / frames, 0, delta=0.02)

    def test_a_frame_without_a_face_has_no_code(self):
        unknown = parlante.TrackedClip(table([math.nan] * (2 * 478 * 3), 2, 478, 3))
        with self.assertRaises(parlante.Error):
            parlante.FaceCodeSolver(MODELS).calibrate([unknown])

    def test_arrays_of_another_shape_are_refused(self):
        for clip in (lambda: parlante.TrackedClip(array.array("f", [0.0] * 12)),
                     lambda: parlante.TrackedClip(table([0.0] * 12, 2, 2, 3)),
                     lambda: parlante.TrackedClip(table([0.0] * 12, 2, 2, 3), index=[1, 478]),
                     lambda: parlante.TrackedClip(table([0.0] * 12, 2, 2, 3), index=[1, 2], scores=table([0.0] * 4, 2, 2))):
            with self.assertRaises((TypeError, ValueError)):
                clip()


if __name__ == "__main__":
    run()
