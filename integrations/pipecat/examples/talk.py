"""A face says a sentence, in a Pipecat pipeline, offline: speech by espeak-ng (`apt install espeak-ng`), no key, no network.

    python talk.py portrait.png "Hello! It is good to see you." -o hello.mp4 --consent synthetic

With `--url ws://localhost:8080` a server (`parlante serve`) draws the face, by WebSocket; PARLANTE_TOKEN is its token.
In an agent of your own, put a transport in place of the film: `[…, llm, tts, face, transport.output(), …]`.
"""
import argparse
import asyncio
import os

from pipecat.frames.frames import EndFrame, TTSAudioRawFrame, TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.workers.runner import WorkerRunner
from pipecat_parlante import ParlanteVideoService


class EspeakTTS(TTSService):
    """espeak-ng as a program of its own."""

    RATE = 22050

    def __init__(self, voice: str):
        super().__init__(push_start_frame=True, push_stop_frames=True, stop_frame_timeout_s=0.5,
                         settings=TTSSettings(model="espeak-ng", voice=voice, language=None))

    async def run_tts(self, text, context_id):
        espeak = await asyncio.create_subprocess_exec("espeak-ng", "-v", self._settings.voice, "--stdout", "--", text,
                                                      stdout=asyncio.subprocess.PIPE)
        wave, _ = await espeak.communicate()
        yield TTSAudioRawFrame(audio=wave[44:], sample_rate=self.RATE, num_channels=1, context_id=context_id)


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portrait", help="a photo, or an avatar made by `parlante avatar`; with --url a photo, \"sample\" or an id")
    parser.add_argument("text")
    parser.add_argument("-o", "--output", default="talk.mp4")
    parser.add_argument("--consent", help="whose face it is: self, permitted, synthetic or historic")
    parser.add_argument("--url", help="of a server that draws the face")
    parser.add_argument("--voice", default="en", help="of espeak-ng")
    asked = parser.parse_args()

    face = ParlanteVideoService(avatar=asked.portrait, consent=asked.consent, film=asked.output, url=asked.url,
                                token=os.environ.get("PARLANTE_TOKEN") if asked.url else None)

    @face.event_handler("on_speech_ended")
    async def on_speech_ended(service, played_ms, interrupted):
        print(f"said {played_ms / 1000:.1f} s")

    worker = PipelineWorker(Pipeline([EspeakTTS(asked.voice), face]), params=PipelineParams(audio_out_sample_rate=24000))
    await worker.queue_frames([TTSSpeakFrame(asked.text), EndFrame()])
    runner = WorkerRunner()
    await runner.add_workers(worker)
    await runner.run()
    print(asked.output)


if __name__ == "__main__":
    asyncio.run(main())
