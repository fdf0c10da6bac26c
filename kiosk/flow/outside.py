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
from kiosk.flow.memory import Memory
from kiosk.flow.visiting import question_of
from kiosk.visit import Visit
from protocols.messages import Outcome

# --- the outbox, and the program itself ----------------------------------------------------------


def saved(memory: Memory, event: Saved) -> list[Command]:
    """Thank for the last revision once it is on disk (D2)."""
    visit = memory.visit
    if visit and (event.response, event.rev) == (visit.response, visit.rev):
        memory.state = State.THANKS
    return []


def storage_failed(memory: Memory, event: StorageFailed) -> list[Command]:
    """Say that nothing can be taken, and keep what was not (D8)."""
    if event.visit:
        memory.keep_for_later(event.visit)
    return cannot_accept(memory)


def storage_failed_behind(memory: Memory, event: StorageFailed) -> list[Command]:
    """Note it; whoever is behind the long press goes on."""
    if event.visit:
        memory.keep_for_later(event.visit)
    memory.outbox_well = False
    return []


def cannot_accept(memory: Memory, _: IdlePassed | None = None) -> list[Command]:
    """End the visit under way, if any, in error, and try again in a few seconds."""
    memory.outbox_well = False
    visit = _broken_off(memory) or memory.visit
    if visit and memory.state is not State.THANKS:
        memory.keep_for_later(visit)
    memory.forget_visit()
    memory.engaged = False
    memory.state = State.CANNOT_ACCEPT
    return []


def try_again(memory: Memory, _: IdlePassed) -> list[Command]:
    """Let the outbox take what it had not taken."""
    return [Recover(tuple(memory.unsaved.values()))]


def well_again(memory: Memory, _: StorageWell) -> list[Command]:
    """Take feedback again."""
    well_behind(memory, _)
    return memory.rest()


def well_behind(memory: Memory, _: StorageWell) -> list[Command]:
    """Note that the outbox works; whoever is behind the long press goes on."""
    memory.outbox_well = True
    memory.unsaved.clear()
    return []


def broken(memory: Memory, _: Broken) -> list[Command]:
    """End the visit under way in error and begin anew: the next shopper finds a kiosk."""
    visit = _broken_off(memory)
    saves: list[Command] = [Save(visit)] if visit else []
    return [*saves, *memory.rest()]


def _broken_off(memory: Memory) -> Visit | None:
    """Return the last revision of a visit that has none yet; None without such a visit."""
    if memory.visit is None:
        if not memory.engaged or memory.state in (State.CLOSED, State.STAFF):
            return None
        return memory.begin(Outcome.ERROR, question=question_of(memory), final=True)
    if memory.visit.final:
        return None
    memory.revise(final=True, outcome=Outcome.ERROR)
    return memory.visit


# --- HQ and the hours ----------------------------------------------------------------------------


def new_survey(memory: Memory, event: SurveyArrived) -> list[Command]:
    """Ask it from the next shopper on."""
    memory.next_survey = event.survey
    memory.take_what_waits()
    return []


def new_problems(memory: Memory, event: ProblemsArrived) -> list[Command]:
    """Show them to the next shopper."""
    memory.next_problems = event.problems
    memory.take_what_waits()
    return []


def new_promises(memory: Memory, event: PromisesArrived) -> list[Command]:
    """Promise by them from now on."""
    memory.promises = event.promises
    return []


def hours_changed(memory: Memory, event: HoursChanged) -> list[Command]:
    """Open, or close as soon as whoever is there has finished."""
    memory.is_open, memory.opens_at = event.open, event.opens_at
    memory.take_what_waits()
    return []


# --- the gateway ---------------------------------------------------------------------------------


def linked(memory: Memory, _: GatewayLinked) -> list[Command]:
    """Forget what may no longer stand: the gateway says again what does."""
    memory.alarms.clear()
    memory.instructions.clear()
    memory.selling = False
    return []


def alarm(memory: Memory, event: AlarmHeard) -> list[Command]:
    """Show an alarm until somebody takes charge of it."""
    if event.alarm.acknowledged:
        memory.alarms.pop(event.alarm.alarm, None)
    else:
        memory.alarms[event.alarm.alarm] = event.alarm
    return []


def instruct(memory: Memory, event: Instructed) -> list[Command]:
    """Show an instruction, the newest first."""
    instruction = event.instruction
    memory.instructions.pop(instruction.instruction, None)
    memory.instructions[instruction.instruction] = instruction
    if instruction.until_ms is None:
        return []
    return [EndAt(instruction.instruction, instruction.until_ms)]


def end_instruction(memory: Memory, event: InstructionEnded) -> list[Command]:
    """Show it no longer."""
    memory.instructions.pop(event.instruction, None)
    return []


# --- staff ---------------------------------------------------------------------------------------


def let_staff_in(memory: Memory, _: StaffHeld) -> list[Command]:
    """Show what is behind the long press."""
    memory.engaged = False
    memory.state = State.STAFF
    return []


def staff_leave(memory: Memory, _: StaffLeft | IdlePassed) -> list[Command]:
    """Go back to the first screen, or to the sorry one while nothing can be taken."""
    return memory.rest()
