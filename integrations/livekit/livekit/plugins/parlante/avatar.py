"""The avatar session: gives an AgentSession a face."""
import asyncio
from collections.abc import Callable
from typing import Any, Literal

import parlante
from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice.avatar import AvatarRunner, QueueAudioOutput
from livekit.agents.voice.avatar import AvatarSession as BaseAvatarSession

from .video import ParlanteVideoGenerator


class AvatarSession(BaseAvatarSession[Literal["speech_started"]]):
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
        avatar: Any,
        consent: str | None = None,
        model: parlante.Model | None = None,
        fps: float = 25,
        size: int | tuple[int, int] = 512,
        controls: dict[str, Any] | None = None,
        sample_rate: int = 24000,
        stream_options: dict[str, Any] | None = None,
        on_frame: Callable[[parlante.Frame], None] | None = None,
    ) -> None:
        """Nothing is loaded before start().

        Args:
            avatar: A parlante.Avatar, or what makes one: a photo or an avatar file, as a path, bytes or an array.
            consent: Whose face it is: self, permitted, synthetic or historic (see parlante.Avatar).
            model: A parlante.Model(live=True) to share between sessions; none: one of its own.
            fps: Pictures a second, 10 to 60.
            size: px: a side, or (width, height).
            controls: Gaze, emotion, head pose… from the start (docs/controls.md).
            sample_rate: Of the sound, Hz, 8000 to 48000.
            stream_options: Further options of parlante.LiveStream.
            on_frame: Hears of every frame before it is given out, such as to keep it in a parlante.Film.
        """
        super().__init__()
        self._source, self._consent, self._model = avatar, consent, model
        self._options = {"fps": fps, "size": size, "controls": controls or {}, "sound_rate": sample_rate,
                         **(stream_options or {})}
        self._on_frame = on_frame
        self._stream: parlante.LiveStream | None = None
        self._runner: AvatarRunner | None = None

    @property
    def avatar_identity(self) -> str:
        """The agent's own participant shows the face."""
        if self._room is None:
            raise RuntimeError("the avatar session is not started")
        return self._room.local_participant.identity

    @property
    def provider(self) -> str:
        return "parlante"

    @property
    def stream(self) -> parlante.LiveStream | None:
        """The face's stream, once started."""
        return self._stream

    def control(self, **asked: Any) -> None:
        """Asks the face to look, hold its head, feel or idle otherwise from the next frame on (docs/controls.md)."""
        if self._stream:
            self._stream.control(**asked)

    async def start(self, agent_session: AgentSession, room: rtc.Room) -> None:
        """Prepares the face, and takes the place of the session's sound output. Call it before session.start()."""
        await super().start(agent_session, room)
        self._stream = await asyncio.to_thread(self._open)
        generator = ParlanteVideoGenerator(self._stream, self._on_frame)
        sound = QueueAudioOutput(sample_rate=self._stream.sound_rate, wait_playback_start=True)
        self._runner = AvatarRunner(room, audio_recv=sound, video_gen=generator, options=generator.options)
        await self._runner.start()
        agent_session.output.replace_audio_tail(sound)

    def _open(self) -> parlante.LiveStream:
        model = self._model or parlante.Model(live=True)
        avatar = self._source
        if not isinstance(avatar, parlante.Avatar):
            avatar = parlante.Avatar(model, avatar, consent=self._consent)
        return ParlanteVideoGenerator.open_stream(model, avatar, **self._options)

    async def aclose(self) -> None:
        """Ends the face."""
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.aclose()
        self._stream = None
        # The participant is the agent's own: it leaves with the agent, not with its face, as the base class would have it.
        room, self._room = self._room, None
        if room:
            room.off("connection_state_changed", self._on_connection_state_changed)
        await super().aclose()
