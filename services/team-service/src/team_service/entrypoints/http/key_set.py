"""The public keys that tokens are verified with (JWKS, RFC 7517), outside `/api/v1`."""

from collections.abc import Mapping, Sequence

from fastapi import Response

from labelstream_common.http import Router, View, policies
from team_service.application.signing_keys import NoSigningKey, public_keys
from team_service.entrypoints.http.parameters import ThePorts

router = Router(tags=["sign-in"], prefix="")


class KeySetView(View):
    keys: Sequence[Mapping[str, str]]


@router.get("/.well-known/jwks.json", policy=policies.public(), errors=(NoSigningKey,))
async def get_key_set(response: Response, ports: ThePorts) -> KeySetView:
    """The keys that sign now, signed tokens that still live, or will sign in a few minutes."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return KeySetView(keys=await public_keys(ports))
