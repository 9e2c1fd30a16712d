"""The e-mails that are sent: what each says, in English and Chinese, as plain text and as HTML."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Final

from team_service.application.letter_layout import LAYOUT
from team_service.domain.emails import Email
from team_service.domain.mail import Letter, MailLanguage
from team_service.domain.members import MemberRole


@dataclass(frozen=True, slots=True)
class Wording:
    """One e-mail in one language. `$name` and the like are put in; `action` is what the link is called."""

    subject: str
    greeting: str
    lines: tuple[str, ...]
    action: str
    footnote: str


_HELLO: Final[Mapping[MailLanguage, str]] = {"en": "Hello $name,", "zh": "$name，您好："}

_INVITATION: Final[Mapping[MailLanguage, Wording]] = {
    "en": Wording(
        "Invitation to label: $place",
        _HELLO["en"],
        ("$inviter asks you to label images in “$place”. Your role is $role.", "Set a password and begin:"),
        "Accept the invitation",
        "The link works once, within 72 hours. If you did not expect this, do nothing.",
    ),
    "zh": Wording(
        "邀请您参与标注：$place",
        _HELLO["zh"],
        ("$inviter 邀请您在“$place”中标注图片。您的角色是$role。", "设置密码后即可开始："),
        "接受邀请",
        "链接在 72 小时内有效，且只能使用一次。如果您没有预料到这封邮件，请忽略它。",
    ),
}

_JOB: Final[Mapping[MailLanguage, Wording]] = {
    "en": Wording(
        "Labeling job: $place",
        _HELLO["en"],
        ("$inviter asks you to label images in “$place”. Your role is $role.",),
        "Open the labeling job",
        "The link signs nobody in: sign in as usual.",
    ),
    "zh": Wording(
        "标注任务：$place",
        _HELLO["zh"],
        ("$inviter 请您在“$place”中标注图片。您的角色是$role。",),
        "打开标注任务",
        "链接不会自动登录，请照常登录。",
    ),
}

_RESET: Final[Mapping[MailLanguage, Wording]] = {
    "en": Wording(
        "Set a new password",
        _HELLO["en"],
        ("Somebody, most likely you, asked for a new password.",),
        "Set a new password",
        "The link works once, within one hour. If it was not you, do nothing: your password stays as it is.",
    ),
    "zh": Wording(
        "设置新密码",
        _HELLO["zh"],
        ("有人（很可能是您本人）申请了新密码。",),
        "设置新密码",
        "链接在一小时内有效，且只能使用一次。如果不是您本人申请，请忽略这封邮件，您的密码不会改变。",
    ),
}

_CONFIRMATION: Final[Mapping[MailLanguage, Wording]] = {
    "en": Wording(
        "Confirm your e-mail address",
        _HELLO["en"],
        ("This address is to become the one of your Labelstream account.",),
        "Confirm this address",
        "The link works once, within 24 hours. Until then you sign in with the address before. If it was not you, do "
        "nothing.",
    ),
    "zh": Wording(
        "确认您的电子邮箱",
        _HELLO["zh"],
        ("您的 Labelstream 账号将改用这个邮箱地址。",),
        "确认这个地址",
        "链接在 24 小时内有效，且只能使用一次。在此之前，请使用原来的地址登录。如果不是您本人操作，请忽略这封邮件。",
    ),
}

_MOVED: Final[Mapping[MailLanguage, Wording]] = {
    "en": Wording(
        "Your e-mail address was changed",
        _HELLO["en"],
        (
            "The e-mail address of your Labelstream account is now another one. This address can no longer be used to "
            "sign in, and every other session was ended.",
            "If it was not you, ask an administrator to change it back, and choose a new password:",
        ),
        "Choose a new password",
        "If it was you, there is nothing to do.",
    ),
    "zh": Wording(
        "您的电子邮箱已更改",
        _HELLO["zh"],
        (
            "您的 Labelstream 账号已改用另一个邮箱地址。这个地址不能再用来登录，其他会话均已结束。",
            "如果不是您本人操作，请联系管理员改回，并设置新密码：",
        ),
        "设置新密码",
        "如果是您本人操作，则无需处理。",
    ),
}

_ROLES: Final[Mapping[MailLanguage, Mapping[MemberRole, str]]] = {
    "en": {MemberRole.LABELER: "labeler", MemberRole.REVIEWER: "reviewer", MemberRole.MANAGER: "manager"},
    "zh": {MemberRole.LABELER: "标注员", MemberRole.REVIEWER: "审核员", MemberRole.MANAGER: "管理员"},
}
_SOME_JOB: Final[Mapping[MailLanguage, str]] = {"en": "a labeling job", "zh": "一个标注任务"}


@dataclass(frozen=True, slots=True)
class Inviting:
    """Who asks whom to do what, and where; `place` is the job's name, None where it is not known."""

    to: Email
    name: str
    role: MemberRole
    inviter: str
    place: str | None
    link: str


def invitation_letter(inviting: Inviting, language: MailLanguage) -> Letter:
    """For somebody who has no account yet."""
    return _written(inviting.to, _INVITATION[language], language, _values(inviting, language), inviting.link)


def job_letter(inviting: Inviting, language: MailLanguage) -> Letter:
    """For somebody who can sign in already."""
    return _written(inviting.to, _JOB[language], language, _values(inviting, language), inviting.link)


def password_reset_letter(email: Email, language: MailLanguage, *, name: str, link: str) -> Letter:
    return _written(email, _RESET[language], language, {"name": name}, link)


def confirmation_letter(email: Email, language: MailLanguage, *, name: str, link: str) -> Letter:
    """To the address that an account is to have."""
    return _written(email, _CONFIRMATION[language], language, {"name": name}, link)


def moved_letter(email: Email, language: MailLanguage, *, name: str, link: str) -> Letter:
    """To the address that an account had until now. The new one is not told: others may read the old mailbox."""
    return _written(email, _MOVED[language], language, {"name": name}, link)


def _values(inviting: Inviting, language: MailLanguage) -> Mapping[str, str]:
    return {
        "name": inviting.name,
        "inviter": inviting.inviter,
        "role": _ROLES[language][inviting.role],
        "place": inviting.place or _SOME_JOB[language],
    }


def _written(to: Email, wording: Wording, language: MailLanguage, values: Mapping[str, str], link: str) -> Letter:
    plain = {name: " ".join(value.split()) for name, value in values.items()}
    lines = [_filled(line, plain) for line in (wording.greeting, *wording.lines)]
    text = "\n\n".join([*lines, link, _filled(wording.footnote, plain)]) + "\n"
    return Letter(to, _filled(wording.subject, plain), text, _html(wording, language, plain, link))


def _html(wording: Wording, language: MailLanguage, plain: Mapping[str, str], link: str) -> str:
    escaped = {name: html.escape(value) for name, value in plain.items()}
    paragraphs = "".join(
        f'<p class="text" style="margin:0 0 16px;font-size:16px;line-height:24px;color:#1f2328">'
        f"{_filled(html.escape(line), escaped)}</p>"
        for line in (wording.greeting, *wording.lines)
    )
    return LAYOUT.substitute(
        language={"en": "en", "zh": "zh-Hans"}[language],
        subject=_filled(html.escape(wording.subject), escaped),
        paragraphs=paragraphs,
        action=html.escape(wording.action),
        link=html.escape(link, quote=True),
        footnote=_filled(html.escape(wording.footnote), escaped),
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return Template(text).substitute(values)
