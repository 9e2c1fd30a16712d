"""What an image is refused for.

ImageUnreadable        it does not decode: truncated, damaged, or not an image
ImageTooLarge          its bytes, its pixels, or the time and memory it takes to decode are beyond the limits
"""

from labelstream_common.errors import Invalid

SMALLEST_THUMBNAIL = 64
LARGEST_THUMBNAIL = 1024
THUMBNAIL_MEDIA_TYPE = "image/webp"


class ImageUnreadable(Invalid):
    code = "image-unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The image cannot be read: {reason}.")


class ImageTooLarge(Invalid):
    code = "image-too-large"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The image is too large: {reason}.")
