"""What RemoteStream says to a server besides its stream: how it is reached, uploads, and what its refusals mean."""
import http.client
import ipaddress
import json
import os
import pathlib
import re
import secrets
import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ._native import Error

AVATAR_SECONDS = 120  # for a photo to become an avatar
_ID = re.compile(r"sample|[A-Za-z0-9_-]{22}")


class RemoteError(Error):
    """What a server refuses or how its connection ended: str() is a sentence; `code` is the server's word for it
    (docs/server.md), or unreachable, protocol, ended or closed."""

    def __init__(self, message: str, code: str = "failed", *, kind: str = "failed") -> None:
        super().__init__(message)
        self.code, self.kind = code, kind


class RemoteServer:
    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        """Errors: usage."""
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        try:
            usable = scheme in ("ws", "wss") and parts.hostname and (parts.port or 1)
        except ValueError:
            usable = False
        if not usable:
            raise RemoteError(f"{url} is no address such as ws://localhost:8080.", kind="usage")
        self.url = url
        self._base = SplitResult(scheme, parts.netloc, parts.path.removesuffix("/v1/stream").rstrip("/"), "", "")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout
        self.draining = False

    @property
    def is_near(self) -> bool:
        """On this machine."""
        try:
            return ipaddress.ip_address(self._base.hostname).is_loopback
        except ValueError:
            return self._base.hostname == "localhost"

    def open_stream(self, config: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """A WebSocket whose first message was `config`, and the answer to that."""
        try:
            from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
            from websockets.sync.client import connect
        except ImportError as error:
            raise RemoteError("A server's streams need websockets: pip install 'parlante[remote]'.",
                              kind="usage") from error
        address = urlunsplit(self._base._replace(path=self._base.path + "/v1/stream"))
        try:
            socket = connect(address, additional_headers=self._headers, compression=None, max_size=1 << 24,
                             open_timeout=self._timeout, close_timeout=3).__enter__()
        except InvalidStatus as error:
            raise _refusal(error.response.status_code, error.response.body or b"", self.url) from error
        except (InvalidHandshake, InvalidMessage, EOFError) as error:
            raise RemoteError(f"{self.url} does not speak WebSocket.", "protocol") from error
        except (OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        try:
            socket.send(json.dumps(config))
            answer = json.loads(socket.recv(timeout=self._timeout))
            if answer["event"] == "ready":
                return socket, answer
            why = RemoteError(str(answer["message"]), str(answer["code"]))
        except (ValueError, KeyError, TypeError):
            why = self.stranger()
        except TimeoutError as error:
            why = self._unreachable(error)
        except Exception:  # closed before it said anything
            why = self.ending(socket)
        self.close(socket)
        raise why

    def stranger(self) -> RemoteError:
        return RemoteError(f"{self.url} answers otherwise than a server of this version.", "protocol")

    def close(self, socket: Any, code: int = 1000) -> None:
        """Never raises."""
        try:
            socket.close(code)
        except Exception:  # it was broken already
            pass

    def ending(self, socket: Any) -> RemoteError:
        """Why a connection has ended."""
        if self.draining:
            return RemoteError(f"The server at {self.url} has ended.", "draining")
        reason = socket.close_reason
        return RemoteError(reason or f"The connection to {self.url} was lost.", "ended")

    @staticmethod
    def knows(avatar: Any) -> bool:
        """Whether that is an avatar's id and no photo."""
        return isinstance(avatar, str) and _ID.fullmatch(avatar) is not None and not os.path.exists(avatar)

    def upload(self, photo: Any, consent: str | None) -> str:
        """The id of the avatar made of a photo."""
        consent = consent or os.environ.get("PARLANTE_CONSENT")
        if not consent:
            raise RemoteError("Say whose face it is: consent is self, permitted, synthetic or historic.", kind="usage")
        boundary = secrets.token_hex(16)
        body = b"".join(
            [b'--%b\r\nContent-Disposition: form-data; name="consent"\r\n\r\n%b\r\n' % (boundary.encode(),
                                                                                       consent.encode()),
             b'--%b\r\nContent-Disposition: form-data; name="photo"; filename="photo"\r\n\r\n' % boundary.encode(),
             _photo_bytes(photo), b"\r\n--%b--\r\n" % boundary.encode()])
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        status, content = self._ask("POST", "/v1/avatars", body, headers, AVATAR_SECONDS)
        if status != 201:
            raise _refusal(status, content, self.url)
        return str(json.loads(content)["id"])

    def forget(self, avatar: str) -> None:
        """Never raises: a server that is gone has forgotten it."""
        try:
            self._ask("DELETE", f"/v1/avatars/{avatar}", None, {}, 3)
        except RemoteError:
            pass

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict, timeout: float) -> tuple[int, bytes]:
        if self._base.scheme == "wss":
            link = http.client.HTTPSConnection(self._base.hostname, self._base.port, timeout=timeout,
                                               context=ssl.create_default_context())
        else:
            link = http.client.HTTPConnection(self._base.hostname, self._base.port, timeout=timeout)
        try:
            link.request(method, self._base.path + path, body, headers | self._headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from error
        finally:
            link.close()

    def _unreachable(self, error: BaseException) -> RemoteError:
        return RemoteError(f"No server answers at {self.url} ({error or type(error).__name__}).", "unreachable")


def _refusal(status: int, content: bytes, url: str) -> RemoteError:
    """The server's own sentence, where it gave one."""
    try:
        said = json.loads(content)["error"]
        return RemoteError(str(said["message"]), str(said["code"]))
    except (ValueError, KeyError, TypeError):
        return RemoteError(f"{url} answers with {status}: no server of parlante.", "protocol")


def _photo_bytes(photo: Any) -> bytes:
    if isinstance(photo, (str, os.PathLike)):
        try:
            return pathlib.Path(photo).read_bytes()
        except OSError as error:
            raise RemoteError(f"{os.fspath(photo)} cannot be read: {error.strerror}.", kind="usage") from error
    if isinstance(photo, (bytes, bytearray)):
        return bytes(photo)
    try:
        view = memoryview(photo)
    except TypeError:
        raise RemoteError("A server makes its own avatars: give it a photo, or the id of one that it has.",
                          kind="usage") from None
    if view.ndim != 3 or view.format != "B" or view.shape[2] != 3:
        raise RemoteError("A picture is uint8, (height, width, 3), RGB.", kind="usage")
    from io import BytesIO

    from PIL import Image  # of parlante[remote]

    png = BytesIO()
    Image.frombytes("RGB", (view.shape[1], view.shape[0]), view.tobytes()).save(png, "PNG")
    return png.getvalue()
