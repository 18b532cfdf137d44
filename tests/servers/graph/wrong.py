"""A refusal in the shape of Graph's errors."""

import uuid

from tests.servers.https import Response, answer


class Wrong(Exception):
    """What Graph would answer with an error."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def response(self) -> Response:
        inner = {"date": "2026-11-28T09:00:00", "request-id": str(uuid.uuid4())}
        said = {"code": self.code, "message": self.message, "innerError": inner}
        return answer(self.status, {"error": said}, **self.headers)
