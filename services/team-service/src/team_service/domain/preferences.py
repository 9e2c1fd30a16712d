"""What an account has chosen about how the console looks and behaves. It changes nothing about rights or data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, TypeVar

from labelstream_common.errors import Invalid

T = TypeVar("T")

Theme: TypeAlias = Literal["light", "dark", "system"]
Language: TypeAlias = Literal["en", "zh", "system"]

THUMBNAIL_SIZES: Final = (64, 1024)
PAGE_SIZES: Final = (1, 1000)
MOST_KEYS: Final = 100
LONGEST_ACTION, LONGEST_KEY = 64, 32
MOST_CONSOLE_BYTES: Final = 16 * 1024


class InvalidPreferences(Invalid):
    code = "invalid-preferences"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`keys` maps an action of the console to the key that triggers it. `console` is the console's own note."""

    theme: Theme = "system"
    language: Language = "system"
    thumbnail_size: int = 128
    page_size: int = 100
    keys: Mapping[str, str] = field(default_factory=dict)
    console: Mapping[str, object] = field(default_factory=dict)
    version: int = 0

    def changed(
        self,
        *,
        theme: Theme | None = None,
        language: Language | None = None,
        thumbnail_size: int | None = None,
        page_size: int | None = None,
        keys: Mapping[str, str | None] | None = None,
        console: Mapping[str, object | None] | None = None,
    ) -> "Preferences":
        """The preferences with what is given; the same version if that changes nothing.

        `keys` and `console` are merged entry by entry; None takes an entry away. Raises InvalidPreferences.
        """
        after = replace(
            self,
            theme=theme or self.theme,
            language=language or self.language,
            thumbnail_size=self.thumbnail_size if thumbnail_size is None else thumbnail_size,
            page_size=self.page_size if page_size is None else page_size,
            keys=_merged(self.keys, keys),
            console=_merged(self.console, console),
        )
        _check(after)
        return self if after == self else replace(after, version=self.version + 1)


def _merged(before: Mapping[str, T], change: Mapping[str, T | None] | None) -> Mapping[str, T]:
    return {name: value for name, value in {**before, **(change or {})}.items() if value is not None}


def _check(preferences: Preferences) -> None:
    if len(preferences.keys) > MOST_KEYS:
        raise InvalidPreferences(f"At most {MOST_KEYS} keys can be assigned.", pointer="/keys")
    if len(json.dumps(preferences.console, ensure_ascii=False).encode(errors="surrogatepass")) > MOST_CONSOLE_BYTES:
        detail = f"`console` can hold at most {MOST_CONSOLE_BYTES // 1024} KiB."
        raise InvalidPreferences(detail, pointer="/console")
