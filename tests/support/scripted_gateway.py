"""A scripted gateway: answers in the order they were queued, and remembers what it was asked."""

from collections import deque
from collections.abc import Callable

import httpx

from labelstream import AsyncClient, Client, RetryPolicy

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class ScriptedGateway:
    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        self.requests: list[httpx.Request] = []

    def then(self, status: int = 200, json: object = None, **options: object) -> "ScriptedGateway":
        self.answers.append(httpx.Response(status, json=json, **options))  # type: ignore[arg-type]  # passed through
        return self

    def problem(self, status: int, code: str, *, headers: dict[str, str] | None = None, **fields: object) -> None:
        body = {"type": f"/problems/{code}", "title": "No", "status": status, "code": code, **fields}
        self.then(status, body, headers=headers or {})

    def breaks(self, error: Exception) -> "ScriptedGateway":
        self.answers.append(error)
        return self

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def asynchronous(self, **options: object) -> AsyncClient:
        settings: dict[str, object] = {"token": "t", "retries": QUICK, **options}
        return AsyncClient("http://gateway", transport=httpx.MockTransport(self), **settings)  # type: ignore[arg-type]

    def blocking(self, **options: object) -> Client:
        settings: dict[str, object] = {"token": "t", "retries": QUICK, **options}
        return Client("http://gateway", transport=httpx.MockTransport(self), **settings)  # type: ignore[arg-type]


QUICK = RetryPolicy(attempts=4, first=0.001, ceiling=0.002)
