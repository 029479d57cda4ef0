"""Model, Avatar, Stream and Film as Python programs use them: `handles_test.py BUILD SOURCE`. Needs nothing but Python."""
import array
import ast
import gc
import inspect
import subprocess
import threading
import time
import unittest
import warnings

from support import PORTRAIT, build, clip, folder, parlante, run, source


def setUpModule():
    global model, avatar, speech
    model = parlante.Model()
    avatar = parlante.Avatar(model, PORTRAIT, consent="synthetic")
    speech = clip(1, start=0)


def frames_of(sound, **options):
    stream = parlante.Stream(model, avatar, size=256, **options)
    stream.push(sound)
    stream.end()
    return list(stream)


class Faces(unittest.TestCase):
    def test_nobody_is_animated_before_it_is_said_whose_face_it_is(self):
        unknown = PORTRAIT.read_bytes() + b" "
        with self.assertRaisesRegex(parlante.Error, "whose face") as raised:
            parlante.Avatar(model, unknown)
        self.assertEqual(raised.exception.kind, "usage")
        with self.assertRaisesRegex(parlante.Error, "no consent"):
            parlante.Avatar(model, unknown, consent="surely")

    def test_what_was_said_of_a_photo_holds_for_the_avatar_made_of_it(self):
        file = folder / "portrait.avatar"
        avatar.save(file)
        self.assertEqual(parlante.Avatar(model, file).consent, "synthetic")
        self.assertEqual(parlante.Avatar(model, file.read_bytes()).consent, "synthetic")

    def test_what_is_no_face_is_refused_with_a_sentence(self):
        grey = memoryview(bytes(300 * 300 * 3)).cast("B", (300, 300, 3))
        for source_, kind in ((b"no picture", "bad_picture"), (grey, "no_face"), ("/nowhere.png", "failed"),
                              (b"PLAVATAR and more", "bad_avatar")):
            with self.assertRaises(parlante.Error) as raised:
                parlante.Avatar(model, source_, consent="synthetic")
            self.assertEqual(raised.exception.kind, kind)
            self.assertTrue(str(raised.exception).endswith("."))
        with self.assertRaises(TypeError):
            parlante.Avatar(model, 7, consent="synthetic")

    def test_a_model_without_its_files_says_so(self):
        for folder_ in ("/nowhere", str(folder)):
            with self.assertRaises(parlante.Error) as raised:
                parlante.Model(models=folder_)
            self.assertEqual(raised.exception.kind, "broken_model")


class Streams(unittest.TestCase):
    def test_a_second_of_speech_is_a_second_of_frames(self):
        frames = frames_of(speech)
        self.assertEqual([frame.index for frame in frames], list(range(25)))
        self.assertEqual(frames[10].sample, 6400)
        self.assertEqual(frames[0].picture.shape, (256, 256, 3))

    def test_sound_of_any_kind_and_rate_is_the_same_sound(self):
        steps = array.array("h", (round(32767 * s) for s in speech))
        twice = array.array("f", (s for s in speech for _ in (0, 1)))
        as_floats, as_steps, as_bytes = (frames_of(sound)[12].picture for sound in (speech, steps, steps.tobytes()))
        self.assertEqual(as_steps.tobytes(), as_bytes.tobytes())
        self.assertLess(max(abs(a - b) for a, b in zip(as_floats.tobytes(), as_steps.tobytes())), 40)
        self.assertEqual(len(frames_of(twice, sound_rate=32000)), 25)

    def test_pictures_outlive_frame_and_stream_and_cannot_be_changed(self):
        picture = frames_of(speech)[3].picture
        before = picture.tobytes()
        gc.collect()
        frames_of(speech)
        self.assertEqual(picture.tobytes(), before)
        self.assertTrue(picture.readonly)
        with self.assertRaises(TypeError):
            picture[0, 0, 0] = 0

    def test_controls_are_asked_for_by_name(self):
        plain, glad = (frames_of(speech, controls=asked)[20].picture.tobytes()
                       for asked in ({}, {"emotion": {"happiness": 1}, "gaze": (15, 0)}))
        self.assertGreater(sum(abs(a - b) > 20 for a, b in zip(plain, glad)), 500)
        stream = parlante.Stream(model, avatar)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            stream.control(distance=7)
        self.assertIn("1.08", str(said[0].message))
        with self.assertRaisesRegex(parlante.Error, "no control"):
            stream.control(smile=1)

    def test_options_that_cannot_be_are_refused(self):
        for wrong, error in (({"size": 33}, parlante.Error), ({"fps": 500}, parlante.Error), ({"fps": "25"}, TypeError),
                             ({"sise": 256}, TypeError), ({"label": "never"}, ValueError), ({"threads": 0}, ValueError),
                             ({"sound_rate": 3}, parlante.Error), ({"size": "large"}, TypeError)):
            with self.assertRaises(error, msg=str(wrong)):
                parlante.Stream(model, avatar, **wrong)
        stream = parlante.Stream(model, avatar)
        for sound in ("words", b"odd", [0.0, 1.0], 1.0):
            with self.assertRaises((TypeError, ValueError), msg=str(sound)):
                stream.push(sound)

    def test_other_threads_run_while_frames_are_drawn(self):
        stream = parlante.Stream(model, avatar, size=1024)
        stream.push(speech)
        stream.end()
        thread = threading.Thread(target=lambda: list(stream))
        turns = 0
        thread.start()
        while thread.is_alive():
            time.sleep(0.0005)
            turns += 1
        self.assertGreater(turns, 75)  # with the lock held there would be one turn or so a frame
        self.assertEqual(stream.ready, 0)

    def test_a_stream_that_is_cancelled_begins_anew(self):
        stream = parlante.Stream(model, avatar, size=256)
        stream.push(speech)
        stream.end()
        first = stream.pull().picture.tobytes()
        stream.cancel()
        self.assertIsNone(stream.pull())
        stream.push(speech)
        stream.end()
        self.assertEqual(stream.pull().picture.tobytes(), first)


class Films(unittest.TestCase):
    def test_a_film_is_signed_and_marked(self):
        file = folder / "film.mp4"
        stream = parlante.Stream(model, avatar)
        stream.push(speech)
        stream.end()
        with parlante.Film(file, stream) as film:
            film.write_sound(speech)
            for frame in stream:
                film.write(frame)
            self.assertFalse(file.exists())
        command = build / "bin" / "parlante"
        if not command.exists():
            self.skipTest("the command, which verifies, is not built")
        said = subprocess.run([command, "verify", "--quick", file], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        self.assertIn("signed", said.stdout)

    def test_a_film_that_fails_leaves_nothing_behind(self):
        file = folder / "half.mp4"
        with self.assertRaises(ZeroDivisionError), parlante.Film(file, parlante.Stream(model, avatar)) as film:
            film.write_sound(speech)
            1 / 0
        self.assertEqual(list(folder.glob("*half*")), [])
        with self.assertRaisesRegex(parlante.Error, "ending|form|\\.xyz"):
            parlante.Film(folder / "film.xyz", parlante.Stream(model, avatar))


class Stubs(unittest.TestCase):
    def test_the_stub_knows_what_the_module_has_and_nothing_else(self):
        tree = ast.parse((source / "python" / "parlante" / "_native.pyi").read_text())
        classes = {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                inherited = (classes.get(getattr(base, "id", None), set()) for base in node.bases)
                own = {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
                classes[node.name] = own.union(*inherited)
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name in parlante.__all__:
            thing = getattr(parlante, name)
            if name == "Error" or not callable(thing):
                continue
            if inspect.isclass(thing):
                has = {member for member in dir(thing) if not member.startswith("_")}
                self.assertEqual(has, {member for member in classes[name] if not member.startswith("_")}, name)
            else:
                self.assertIn(name, functions)
        self.assertLessEqual(functions, set(parlante.__all__))


if __name__ == "__main__":
    run()
