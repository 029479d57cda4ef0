"""The avatar session: gives an AgentSession a face."""
import asyncio
from typing import Any, Literal

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice.avatar import AvatarRunner, QueueAudioOutput
from livekit.agents.voice.avatar import AvatarSession as BaseAvatarSession
from parlante.face import Face, HasFace

from .video import ParlanteVideoGenerator


class AvatarSession(HasFace, BaseAvatarSession[Literal["speech_started"]]):
    """A face for an agent, drawn in the agent's own process; its video and the agent's speech are published by the
    agent's own participant, in step.

        avatar = parlante.AvatarSession(avatar="portrait.png", consent="synthetic")
        await avatar.start(session, room=ctx.room)
        await session.start(agent=..., room=ctx.room)

    The framework is told when playback starts (the first frame with sound), when it ends, and where an interruption cut
    it; the metrics it makes of that come with `metrics_collected`. Every picture is marked as made by AI.
    """

    def __init__(
        self,
        *,
        sample_rate: int = 24000,
        **face: Any,
    ) -> None:
        """Nothing is loaded before start().

        Args:
            sample_rate: Of the sound, Hz, 8000 to 48000.
            **face: `avatar` and what else parlante.face.Face takes: consent, model, or url and token of a server that
                draws the face, fps, size, controls, film…
        """
        super().__init__()
        self._face = Face(**face)
        self._sample_rate = sample_rate
        self._runner: AvatarRunner | None = None
        self._generator: ParlanteVideoGenerator | None = None

    @property
    def avatar_identity(self) -> str:
        """The agent's own participant shows the face."""
        if self._room is None:
            raise RuntimeError("the avatar session is not started")
        return self._room.local_participant.identity

    @property
    def provider(self) -> str:
        return "parlante"

    async def start(self, agent_session: AgentSession, room: rtc.Room) -> None:
        """Prepares the face, and takes the place of the session's sound output. Call it before session.start()."""
        await super().start(agent_session, room)
        stream = await asyncio.to_thread(self._face.open, **ParlanteVideoGenerator.USUAL | {"sound_rate": self._sample_rate})
        self._generator = generator = ParlanteVideoGenerator(self._face.utterances)
        sound = QueueAudioOutput(sample_rate=stream.sound_rate, wait_playback_start=True)
        self._runner = AvatarRunner(room, audio_recv=sound, video_gen=generator, options=generator.options)
        await self._runner.start()
        agent_session.output.replace_audio_tail(sound)

    async def aclose(self) -> None:
        """Ends the face."""
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.aclose()
        if self._generator:
            await self._generator.aclose()
        await asyncio.to_thread(self._face.close)
        # The participant is the agent's own: it leaves with the agent, not with its face, as the base class would have it.
        room, self._room = self._room, None
        if room:
            room.off("connection_state_changed", self._on_connection_state_changed)
        await super().aclose()
