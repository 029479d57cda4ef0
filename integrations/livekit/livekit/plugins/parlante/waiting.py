"""What waits for the room: pictures and sound in their order, so that they stay in step however late they are taken."""
from collections import deque

from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd

One = rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd

MOST_PICTURES = 50  # with more the room is slow, or stands still: sound waits, pictures become fewer
ON_TIME = 2  # pictures that may wait where nothing is said


class Waiting:
    """A queue that leaves out pictures, never sound: where too many wait those that are missed least, and where no sound
    waits behind them all but the newest, so that who was held up is on time again with the next pause."""

    def __init__(self) -> None:
        self._row: deque[tuple[int, One]] = deque()  # with the number of the picture that is, or was, the last one
        self._pictures = 0
        self._given = 0  # the number of the last one taken

    def __bool__(self) -> bool:
        return bool(self._row)

    def add(self, one: One) -> None:
        self._pictures += isinstance(one, rtc.VideoFrame)
        self._row.append((self._pictures, one))
        pictures = [at for at, (_, other) in enumerate(self._row) if isinstance(other, rtc.VideoFrame)]
        if len(pictures) > MOST_PICTURES:
            del self._row[self._least_missed(pictures)]

    def take(self) -> One:
        """The next one. Something waits."""
        while len(self._row) > ON_TIME and all(isinstance(self._row[at][1], rtc.VideoFrame) for at in range(ON_TIME + 1)):
            self._row.popleft()
        self._given, one = self._row.popleft()
        return one

    def clear(self) -> None:
        self._row.clear()

    def _least_missed(self, pictures: list[int]) -> int:
        """The place of the picture without which the least is frozen."""
        numbers = [self._given, *(self._row[at][0] for at in pictures)]
        gaps = [after - before for before, after in zip(numbers, numbers[2:])]
        return pictures[gaps.index(min(gaps))]
