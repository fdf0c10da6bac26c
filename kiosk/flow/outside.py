"""What comes from elsewhere: the outbox, the gateway, HQ, the hours, and staff."""

from __future__ import annotations

from kiosk.events import (
    AlarmHeard,
    Broken,
    Command,
    EndAt,
    GatewayLinked,
    HoursChanged,
    IdlePassed,
    Instructed,
    InstructionEnded,
    ProblemsArrived,
    PromisesArrived,
    Recover,
    Save,
    Saved,
    StaffHeld,
    StaffLeft,
    State,
    StorageFailed,
    StorageWell,
    SurveyArrived,
)
from kiosk.flow.standing import Standing
from kiosk.flow.visiting import question_of
from kiosk.visit import Visit
from protocols.messages import Outcome

# --- the outbox, and the program itself ----------------------------------------------------------


def saved(standing: Standing, event: Saved) -> list[Command]:
    """Thank for the last revision once it is on disk (D2)."""
    visit = standing.visit
    if visit and (event.response, event.rev) == (visit.response, visit.rev):
        standing.state = State.THANKS
    return []


def storage_failed(standing: Standing, event: StorageFailed) -> list[Command]:
    """Say that nothing can be taken, and keep what was not (D8)."""
    if event.visit:
        standing.keep_for_later(event.visit)
    return cannot_accept(standing)


def storage_failed_behind(standing: Standing, event: StorageFailed) -> list[Command]:
    """Note it; whoever is behind the long press goes on."""
    if event.visit:
        standing.keep_for_later(event.visit)
    standing.outbox_well = False
    return []


def cannot_accept(standing: Standing, _: IdlePassed | None = None) -> list[Command]:
    """End the visit under way, if any, in error, and try again in a few seconds."""
    standing.outbox_well = False
    visit = _broken_off(standing) or standing.visit
    if visit and standing.state is not State.THANKS:
        standing.keep_for_later(visit)
    standing.forget_visit()
    standing.engaged = False
    standing.state = State.CANNOT_ACCEPT
    return []


def try_again(standing: Standing, _: IdlePassed) -> list[Command]:
    """Let the outbox take what it had not taken."""
    return [Recover(tuple(standing.unsaved.values()))]


def well_again(standing: Standing, _: StorageWell) -> list[Command]:
    """Take feedback again."""
    well_behind(standing, _)
    return standing.rest()


def well_behind(standing: Standing, _: StorageWell) -> list[Command]:
    """Note that the outbox works; whoever is behind the long press goes on."""
    standing.outbox_well = True
    standing.unsaved.clear()
    return []


def broken(standing: Standing, _: Broken) -> list[Command]:
    """End the visit under way in error and begin anew: the next shopper finds a kiosk."""
    visit = _broken_off(standing)
    saves: list[Command] = [Save(visit)] if visit else []
    return [*saves, *standing.rest()]


def _broken_off(standing: Standing) -> Visit | None:
    """Return the last revision of a visit that has none yet; None without such a visit."""
    if standing.visit is None:
        if not standing.engaged or standing.state in (State.CLOSED, State.STAFF):
            return None
        return standing.begin(Outcome.ERROR, question=question_of(standing), final=True)
    if standing.visit.final:
        return None
    standing.revise(final=True, outcome=Outcome.ERROR)
    return standing.visit


# --- HQ and the hours ----------------------------------------------------------------------------


def new_survey(standing: Standing, event: SurveyArrived) -> list[Command]:
    """Ask it from the next shopper on."""
    standing.next_survey = event.survey
    standing.take_what_waits()
    return []


def new_problems(standing: Standing, event: ProblemsArrived) -> list[Command]:
    """Show them to the next shopper."""
    standing.next_problems = event.problems
    standing.take_what_waits()
    return []


def new_promises(standing: Standing, event: PromisesArrived) -> list[Command]:
    """Promise by them from now on."""
    standing.promises = event.promises
    return []


def hours_changed(standing: Standing, event: HoursChanged) -> list[Command]:
    """Open, or close as soon as whoever is there has finished."""
    standing.is_open, standing.opens_at = event.open, event.opens_at
    standing.take_what_waits()
    return []


# --- the gateway ---------------------------------------------------------------------------------


def linked(standing: Standing, _: GatewayLinked) -> list[Command]:
    """Forget what may no longer stand: the gateway says again what does."""
    standing.alarms.clear()
    standing.instructions.clear()
    return []


def alarm(standing: Standing, event: AlarmHeard) -> list[Command]:
    """Show an alarm until somebody takes charge of it."""
    if event.alarm.acknowledged:
        standing.alarms.pop(event.alarm.alarm, None)
    else:
        standing.alarms[event.alarm.alarm] = event.alarm
    return []


def instruct(standing: Standing, event: Instructed) -> list[Command]:
    """Show an instruction, the newest first."""
    instruction = event.instruction
    standing.instructions.pop(instruction.instruction, None)
    standing.instructions[instruction.instruction] = instruction
    if instruction.until_ms is None:
        return []
    return [EndAt(instruction.instruction, instruction.until_ms)]


def end_instruction(standing: Standing, event: InstructionEnded) -> list[Command]:
    """Show it no longer."""
    standing.instructions.pop(event.instruction, None)
    return []


# --- staff ---------------------------------------------------------------------------------------


def let_staff_in(standing: Standing, _: StaffHeld) -> list[Command]:
    """Show what is behind the long press."""
    standing.engaged = False
    standing.state = State.STAFF
    return []


def staff_leave(standing: Standing, _: StaffLeft | IdlePassed) -> list[Command]:
    """Go back to the first screen, or to the sorry one while nothing can be taken."""
    return standing.rest()
