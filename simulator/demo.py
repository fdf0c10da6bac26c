"""`make demo`: a broker, HQ and two stores, all real, with shoppers in front of the kiosks."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from kiosk.clock import MachineClock
from protocols.messages import ClockQuality
from simulator.figures import Figures, read_figures
from simulator.layout import Sizes
from simulator.local_chain import LocalChain, display
from simulator.programs import INTERRUPTED, ProgramError
from simulator.tap_list import Verdict

# Everything tapped is to be at HQ this soon after the last shopper left.
DRAIN_WITHIN_SECONDS = 120.0
# Into a file or a pipe goes a line now and then instead of one that changes in place.
PLAIN_LINE_EVERY_SECONDS = 10.0
_NO_TIMES = "No time service keeps this machine's clock: kiosks promise an answer without a time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person at the command line wants to see."""

    folder: Path
    seed: int
    seconds: float | None
    """None: until Ctrl-C."""
    cut_wan_seconds: float
    think_seconds: float
    sizes: Sizes


class Demo:
    """One run, from set-up to the comparison of the shoppers' list with HQ."""

    def __init__(self, wish: Wish, console: Console) -> None:
        """Nothing runs before `run`."""
        self._wish = wish
        self._console = console
        self._watching = False
        self._asked_to_end = False
        self._next_line = 0.0
        self._password = secrets.token_urlsafe(9)
        self._pin = f"{secrets.randbelow(10**6):06d}"

    def run(self) -> int:
        """Run it; return 0 only if every tap given is a row at HQ."""
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGTERM, self._end)
        began = time.monotonic()
        try:
            shutil.rmtree(self._wish.folder, ignore_errors=True)
            (self._wish.folder / "taps").mkdir(parents=True)
            chain = LocalChain(
                self._wish.folder, self._wish.sizes, seed=self._wish.seed, usual_ports=True
            )
            with chain, _undisturbed_end(), self._console.status("") as status:
                status.update("preparing HQ: database, account, stores, keys …")
                chain.prepare(admin_password=self._password, pin=self._pin)
                with resources.as_file(resources.files("hq_server.surveys")) as surveys:
                    chain.publish_survey(surveys / "first.json")
                status.update("starting broker, HQ, gateways and tills …")
                chain.start()
                self._show_where(chain)
                status.update("opening the kiosks …")
                chain.open_kiosks(think_seconds=self._wish.think_seconds)
                status.stop()
                self._console.print(f"ready after {time.monotonic() - began:.0f} s\n")
                figures = self._watch(chain)
                return self._finish(chain, figures)
        except ProgramError as error:
            self._console.print(f"[bold red]{error}[/]\nlogs: {self._wish.folder / 'logs'}")
            return 1
        except KeyboardInterrupt:
            self._console.print("ended before it was done")
            return INTERRUPTED

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked_to_end or not self._watching:
            raise KeyboardInterrupt  # while it starts; and the second Ctrl-C does not wait
        self._asked_to_end = True

    def _show_where(self, chain: LocalChain) -> None:
        table = Table(box=None, show_header=False, padding=(0, 1))
        for column in range(3):
            table.add_column(no_wrap=True, style="bold" if column == 1 else "")
        table.add_row("HQ", chain.layout.hq_url, f"admin / {self._password}")
        for store in chain.layout.stores:
            board = f"http://127.0.0.1:{store.board_port}"
            table.add_row(store.name["zh-CN"], board, f"PIN {self._pin}")
        table.add_row("a shopper's phone", f"{chain.layout.hq_url}/t", "any case code")
        self._console.print(Panel(table, title="Storeloop · where to look", expand=False))
        shown = "in windows here" if display() else "without a display, offscreen"
        self._console.print(f"{self._kiosk_count} kiosks run {shown}; shoppers touch them.")
        if MachineClock().now().quality is not ClockQuality.SYNCED:
            self._console.print(_NO_TIMES)
        ends = "Ctrl-C ends it" if self._wish.seconds is None else f"for {self._wish.seconds:.0f} s"
        self._console.print(f"Data and logs: {self._wish.folder} · {ends}.")

    @property
    def _kiosk_count(self) -> int:
        return self._wish.sizes.stores * self._wish.sizes.kiosks

    def _watch(self, chain: LocalChain) -> Figures:
        began = time.monotonic()
        self._watching = True
        figures = read_figures(chain)
        with Live(console=self._console, refresh_per_second=4, transient=True) as live:
            while not self._asked_to_end:
                elapsed = time.monotonic() - began
                if self._wish.seconds is not None and elapsed >= self._wish.seconds:
                    break
                self._cut_or_mend(chain, elapsed)
                chain.check_programs()
                figures = read_figures(chain, before=figures)
                self._show(live, _line(figures, elapsed, cut=chain.wan_is_cut), elapsed)
                time.sleep(0.5)
        if chain.wan_is_cut:
            chain.mend_wan()
            self._console.print("WAN mended")
        return figures

    def _show(self, live: Live, line: Text, elapsed: float) -> None:
        if self._console.is_terminal:
            live.update(line)
        elif elapsed >= self._next_line:
            self._next_line += PLAIN_LINE_EVERY_SECONDS
            self._console.print(line)

    def _cut_or_mend(self, chain: LocalChain, elapsed: float) -> None:
        length = self._wish.cut_wan_seconds
        # In the middle third, so that taps lie before, in and after the cut.
        begin = (self._wish.seconds or 60.0) / 3
        inside = begin <= elapsed < begin + length
        if inside and not chain.wan_is_cut:
            chain.cut_wan()
            chain.send_in_need()
            self._console.print(f"{elapsed:3.0f} s  [yellow]WAN cut[/] for {length:.0f} s")
        elif not inside and chain.wan_is_cut:
            chain.mend_wan()
            self._console.print(f"{elapsed:3.0f} s  [green]WAN mended[/]")

    def _finish(self, chain: LocalChain, figures: Figures) -> int:
        with self._console.status("closing the doors; waiting until HQ has every tap …"):
            chain.close_doors()
            give_up = time.monotonic() + DRAIN_WITHIN_SECONDS
            verdict = None
            while verdict is None or not (verdict.exact or time.monotonic() > give_up):
                before = len(chain.taps())
                time.sleep(1.5)
                # Shoppers may still finish their visit: it is over when nothing new comes.
                if len(chain.taps()) == before or time.monotonic() > give_up:
                    verdict = chain.verdict()
        self._summary(chain, verdict, read_figures(chain, before=figures))
        return 0 if verdict.exact else 1

    def _summary(self, chain: LocalChain, verdict: Verdict, figures: Figures) -> None:
        taps, rows = chain.taps(), chain.rows()
        table = Table(title="what shoppers tapped, and what HQ holds", title_justify="left")
        table.add_column("")
        table.add_column("", justify="right")
        table.add_row("taps given", str(len(taps)))
        table.add_row("of them thanked", str(sum(tap.thanked for tap in taps.values())))
        table.add_row("rows at HQ", str(sum(row.channel != "keypad" for row in rows)))
        table.add_row("cases opened", str(sum(row.case is not None for row in rows)))
        table.add_row("with their receipt", str(sum(row.receipt is not None for row in rows)))
        pressed = sum(keypad.pressed for keypad in chain.keypads)
        table.add_row("keys pressed at service desks", str(pressed))
        table.add_row("of them at HQ", str(sum(row.channel == "keypad" for row in rows)))
        table.add_row("alarms raised in the stores", str(figures.alarms))
        table.add_row("alarms raised while the WAN was cut", str(figures.alarms_while_cut))
        for name in ("missing", "twice", "wrong", "unknown"):
            count = len(getattr(verdict, name))
            table.add_row(name, Text(str(count), style="bold red" if count else "green"))
        self._console.print(table)
        agree = "[bold green]every tap is at HQ exactly once[/]"
        self._console.print(agree if verdict.exact else "[bold red]the lists do not agree[/]")


@contextlib.contextmanager
def _undisturbed_end() -> Iterator[None]:
    """End the programs in order, however often Ctrl-C is pressed meanwhile."""
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _line(figures: Figures, elapsed: float, *, cut: bool) -> Text:
    wan = "[red]cut[/]" if cut else "[green]up[/]"
    return Text.from_markup(
        f"{elapsed:3.0f} s  taps [bold]{figures.taps}[/] → HQ [bold]{figures.at_hq}[/]"
        f"  waiting {figures.waiting}  receipts {figures.receipts}"
        f"  alarms [bold]{figures.alarms}[/]  WAN {wan}"
    )
