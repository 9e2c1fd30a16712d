"""What an image is refused for.

ImageUnreadable        it does not decode: truncated, damaged, or not an image
└── ImageRefused       the object store does not give its bytes out, for now: it is archived, say
ImageTooLarge          its bytes, its pixels, or the time and memory it takes to decode are beyond the limits
ThumbnailsBusy         too many thumbnails are waiting to be made, of everybody or of this account
DecodersStarved        the machine is so busy that an image could not be decoded in time
"""

from labelstream_common.errors import Invalid, Unavailable

THUMBNAIL_SIZES = (64, 128, 256, 512, 1024)
SMALLEST_THUMBNAIL, LARGEST_THUMBNAIL = THUMBNAIL_SIZES[0], THUMBNAIL_SIZES[-1]
THUMBNAIL_MEDIA_TYPE = "image/webp"


class ImageUnreadable(Invalid):
    code = "image-unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The image cannot be read: {reason}.")


class ImageRefused(ImageUnreadable):
    pass


class ImageTooLarge(Invalid):
    code = "image-too-large"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The image is too large: {reason}.")


class ThumbnailsBusy(Unavailable):
    code = "thumbnails-busy"
    title = "Too many thumbnails are waiting"

    def __init__(self, limit: int, whose: str) -> None:
        super().__init__(f"{limit} thumbnails of {whose} are waiting to be made.", retry_after=2.0)


class DecodersStarved(Unavailable):
    code = "thumbnails-busy"
    title = "The machine is busy"

    def __init__(self) -> None:
        super().__init__("The machine was too busy to decode the image in time.", retry_after=5.0)


def thumbnail_size(wanted: int) -> int:
    """The size that is made and kept for a wanted one: rounded up, so that few are made of each image."""
    return next(size for size in THUMBNAIL_SIZES if size >= min(wanted, LARGEST_THUMBNAIL))
