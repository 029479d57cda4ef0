"""A face says a sentence, by a LiveKit AgentSession, offline: speech by espeak-ng (`apt install espeak-ng`), no key, no server.

    python talk.py portrait.png "Hello! It is good to see you." -o hello.mp4 --consent synthetic

With `--url ws://localhost:8080` a server (`parlante serve`) draws the face, by WebSocket; PARLANTE_TOKEN is its token.
In an agent of your own, the job's room takes the place of the one below:

    async def entrypoint(ctx):
        await ctx.connect()
        session = AgentSession(stt=…, llm=…, tts=…)
        avatar = parlante.AvatarSession(avatar="portrait.png", consent="synthetic")
        await avatar.start(session, room=ctx.room)
        await session.start(agent=Agent(instructions="…"), room=ctx.room)
"""
import argparse
import asyncio
import os

from livekit import rtc
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, Agent, AgentSession, tts, utils
from livekit.plugins import parlante


class EspeakTTS(tts.TTS):
    """espeak-ng as a program of its own."""

    def __init__(self, voice):
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=22050, num_channels=1)
        self.voice = voice

    def synthesize(self, text, *, conn_options=DEFAULT_API_CONNECT_OPTIONS):
        return EspeakSpeech(tts=self, input_text=text, conn_options=conn_options)


class EspeakSpeech(tts.ChunkedStream):
    async def _run(self, output_emitter):
        espeak = await asyncio.create_subprocess_exec("espeak-ng", "-v", self._tts.voice, "--stdout", "--", self._input_text,
                                                      stdout=asyncio.subprocess.PIPE)
        wave, _ = await espeak.communicate()
        output_emitter.initialize(request_id=utils.shortuuid(), sample_rate=22050, num_channels=1, mime_type="audio/pcm")
        output_emitter.push(wave[44:])
        output_emitter.flush()


class Room(rtc.EventEmitter):
    """What takes the tracks where there is no server: nobody is in it but the agent."""

    name = "offline"
    remote_participants: dict = {}

    class Agent:
        identity, kind, track_publications = "agent", rtc.ParticipantKind.PARTICIPANT_KIND_AGENT, {}

        async def publish_track(self, track, options):
            return Room.Publication()

    class Publication:
        async def wait_for_subscription(self):
            pass

    local_participant = Agent()

    def isconnected(self):
        return True


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portrait", help="a photo, or an avatar made by `parlante avatar`; with --url a photo, \"sample\" or an id")
    parser.add_argument("text")
    parser.add_argument("-o", "--output", default="talk.mp4")
    parser.add_argument("--consent", help="whose face it is: self, permitted, synthetic or historic")
    parser.add_argument("--url", help="of a server that draws the face")
    parser.add_argument("--voice", default="en", help="of espeak-ng")
    asked = parser.parse_args()

    session = AgentSession(tts=EspeakTTS(asked.voice))
    avatar = parlante.AvatarSession(avatar=asked.portrait, consent=asked.consent, film=asked.output, url=asked.url,
                                    token=os.environ.get("PARLANTE_TOKEN") if asked.url else None)
    await avatar.start(session, Room())
    await session.start(Agent(instructions=""))
    await session.say(asked.text)
    played = await session.output.audio.wait_for_playout()
    print(f"said {played.playback_position:.1f} s")
    await avatar.aclose()
    await session.aclose()
    print(asked.output)


if __name__ == "__main__":
    asyncio.run(main())
