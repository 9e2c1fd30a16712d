"""People at the console: each has a browser of their own, signed in, and is watched for what a page must not do."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

INPUTS = """
window.inputs = 0;
addEventListener("pointerdown", () => { window.inputs += 1; }, true);
addEventListener("keydown", (event) => {
  if (!event.repeat && !["Shift", "Control", "Alt", "Meta"].includes(event.key)) window.inputs += 1;
}, true);
"""
"""Counts clicks, drags and keys where they arrive."""


@dataclass(frozen=True)
class Account:
    id: str
    email: str
    password: str
    name: str


@dataclass
class Watch:
    """Requests to other hosts, scripts that fail, refused content: none of it may happen on any page.

    Refusals of the gateway are told to the browser's console as well; a test names those that it provokes.
    """

    host: str
    expected: set[int] = field(default_factory=set)
    expects_no_network: bool = False
    stores: set[str] = field(default_factory=set)
    """Object stores that files are uploaded to: the only other hosts that a page may ask."""
    forbidden: set[str] = field(default_factory=set)
    """Origins that the test expects the Content-Security-Policy to forbid."""
    faults: list[str] = field(default_factory=list)
    bodies: list[Response] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def check(self) -> None:
        assert not self.faults, "\n".join(self.faults)

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc not in {self.host, *self.stores}:
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.resource_type in {"script", "stylesheet"}:
            self.bodies.append(response)
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} to {response.request.method} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # What was refused is judged by its status above.
        is_refusal = message.text.startswith("Failed to load resource: the server responded")
        # A network interface that comes or goes, as a container's does, ends what is on its way: that is no fault.
        is_network = "net::ERR_NETWORK_CHANGED" in message.text or (
            self.expects_no_network and "net::ERR_" in message.text
        )
        is_forbidden = "Content Security Policy" in message.text and any(
            f"{origin}/" in message.text for origin in self.forbidden
        )
        if message.type in {"error", "warning"} and not (is_refusal or is_network or is_forbidden):
            self.faults.append(f"{message.type} in the browser's console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"a script failed: {error.error}")


@dataclass(frozen=True)
class Person:
    """Somebody in front of a browser."""

    account: Account | None
    context: BrowserContext
    page: Page
    watch: Watch
    url: str

    async def go(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def inputs(self) -> int:
        """How many clicks, drags and keys the page has had since it was loaded."""
        counted: int = await self.page.evaluate("window.inputs")
        return counted


class People:
    """Opens browsers for people, and afterwards holds each of them to its watch."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._opened: list[Person] = []

    async def stranger(self, *, width: int = 1440, height: int = 900, theme: str = "light", scale: float = 1) -> Person:
        """Nobody is signed in yet."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            device_scale_factor=scale,
            locale="en-US",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        await context.add_init_script(INPUTS)
        context.set_default_timeout(30_000)
        watch = Watch(urlsplit(self._url).netloc)
        watch.follow(context)
        person = Person(None, context, await context.new_page(), watch, self._url)
        self._opened.append(person)
        return person

    async def sign_in(
        self, account: Account, *, width: int = 1440, height: int = 900, theme: str = "light", scale: float = 1
    ) -> Person:
        """Signed in without the form, which has tests of its own."""
        stranger = await self.stranger(width=width, height=height, theme=theme, scale=scale)
        reply = await stranger.context.request.post(
            f"{self._url}/api/v1/auth/login?session=cookie",
            data={"email": account.email, "password": account.password},
        )
        assert reply.status == 200, await reply.text()
        person = Person(account, stranger.context, stranger.page, stranger.watch, self._url)
        self._opened[-1] = person
        return person

    async def photograph(self, folder: Path) -> None:
        """Pictures of what everybody sees."""
        for number, person in enumerate(self._opened):
            await person.page.screenshot(path=folder / f"person-{number}.png")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for person in self._opened:
            await person.context.close()
        if error is None:
            for person in self._opened:
                person.watch.check()
