"""Applies one command to the working copy, by its kind."""

from label_service.domain import annotating, assigning, following, judging, known_answers, label_management
from label_service.domain.commands import (
    Annotate,
    Assign,
    BeginDealing,
    BringLeftOut,
    ChangeLabel,
    Command,
    Conclude,
    Confirm,
    CreateLabel,
    DealOn,
    EndItems,
    EndLeases,
    FollowSamples,
    ForgetKnownAnswers,
    HideLabel,
    HideMerged,
    Outcome,
    Predict,
    PurgeLabels,
    PutLabelsBack,
    Reject,
    ReleaseItems,
    RenameBack,
    ReplaceKnownAnswers,
    Restore,
    ReviewItems,
    SetKnownAnswers,
    TakeItems,
    TakeLabelOff,
    TellShares,
    TurnInto,
)
from label_service.domain.commands.kinds import Assigning, OfItems, OfLabels
from label_service.domain.errors import CLOSED_STATES, JobClosed
from label_service.domain.working_copy import WorkingCopy

# What tidies up behind a reply that was given before the job was closed, or changes nothing that people see.
_TIDYING = (TakeLabelOff, TurnInto, PurgeLabels, EndItems, EndLeases, TellShares)


def apply(work: WorkingCopy, command: Command) -> Outcome:
    """What the command did. Raises a DomainError, and then has changed nothing.

    A closed job refuses every change with JobClosed. What is wrong with the command itself is told first.
    """
    if work.job.state in CLOSED_STATES and not isinstance(command, _TIDYING):
        _applied(work.scratch(), command)
        raise JobClosed(work.job.state)
    outcome = _applied(work, command)
    if work.undealt:
        assigning.deal_what_lacks_people(work)
    return outcome


def _applied(work: WorkingCopy, command: Command) -> Outcome:
    if isinstance(command, Assigning):
        return _assigned(work, command)
    if isinstance(command, OfLabels):
        return _managed(work, command)
    return _edited(work, command)


def _edited(work: WorkingCopy, command: OfItems) -> Outcome:  # noqa: PLR0911, PLR0912 - one line a command
    match command:
        case Annotate():
            return annotating.annotate(work, command)
        case Confirm():
            return annotating.confirm(work, command)
        case Reject():
            return annotating.reject(work, command)
        case ReviewItems():
            return judging.review(work, command)
        case Conclude():
            return judging.conclude(work, command)
        case SetKnownAnswers():
            return known_answers.set_known(work, command)
        case ReplaceKnownAnswers():
            return known_answers.replace_known(work, command)
        case ForgetKnownAnswers():
            return known_answers.forget_known(work, command)
        case Predict():
            return annotating.predict(work, command)
        case Restore():
            return annotating.restore(work, command)
        case TakeLabelOff():
            return annotating.take_label_off(work, command)
        case TurnInto():
            return annotating.turn_into(work, command)
        case FollowSamples():
            return following.follow(work, command)
        case BringLeftOut():
            return following.bring_left_out(work, command)
        case EndItems():
            return following.end(work, command)


def _managed(work: WorkingCopy, command: OfLabels) -> Outcome:  # noqa: PLR0911 - one line a command
    match command:
        case CreateLabel():
            return label_management.create(work, command)
        case ChangeLabel():
            return label_management.change(work, command)
        case RenameBack():
            return label_management.rename_back(work, command)
        case HideLabel():
            return label_management.hide(work, command)
        case PurgeLabels():
            return label_management.purge(work, command)
        case HideMerged():
            return label_management.hide_merged(work, command)
        case PutLabelsBack():
            return label_management.put_back(work, command)


def _assigned(work: WorkingCopy, command: Assigning) -> Outcome:  # noqa: PLR0911 - one line a command
    match command:
        case BeginDealing():
            return assigning.begin_dealing(work, command)
        case DealOn():
            return assigning.deal_on(work, command)
        case TakeItems():
            return assigning.take_items(work, command)
        case ReleaseItems():
            return assigning.release_items(work, command)
        case EndLeases():
            return assigning.end_leases(work, command)
        case TellShares():
            return Outcome(command.origin.change_id)
        case Assign():
            return assigning.assign(work, command, annotating.left_alone(work, command))
