"""A chain on this machine: which stores, gateways, kiosks and tills there are, and their settings.

Writes the same TOML files that an operator writes, into one folder; starts nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskPlan:
    """One kiosk of a store."""

    device: str
    touchpoint: str
    touchpoint_name: dict[str, str]
    config: Path
    token: str = field(repr=False)
    at_till: bool = False
    """Whether it stands where the till prints: shoppers may show it their receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlan:
    """One store with its gateway, kiosks, and the till at the first kiosk's touchpoint."""

    store: str
    name: dict[str, str]
    gateway: str
    config: Path
    board_port: int
    kiosks: tuple[KioskPlan, ...]
    till: str
    till_port: Path
    """Where the gateway finds the till's serial line: a link to a pty."""
    keypad_port: Path | None = None
    """Likewise of the button box at the service desk; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All of it."""

    folder: Path
    hq_config: Path
    hq_port: int
    stores: tuple[StorePlan, ...]
    sizes: Sizes

    @property
    def hq_url(self) -> str:
        """Where HQ's pages are."""
        return f"http://127.0.0.1:{self.hq_port}"


_STORES = (
    ("chengbei", {"zh-CN": "云杉超市 · 城北店", "en": "Spruce Market · North"}),
    ("jinshui", {"zh-CN": "云杉超市 · 金水店", "en": "Spruce Market · Jinshui"}),
    ("heping", {"zh-CN": "云杉超市 · 和平店", "en": "Spruce Market · Heping"}),
)
_TOUCHPOINTS = (
    ("till-3", {"zh-CN": "3 号收银台", "en": "Till 3"}),
    ("fresh", {"zh-CN": "生鲜称重", "en": "Fresh weighing"}),
    ("fitting", {"zh-CN": "试衣间", "en": "Fitting room"}),
    ("service", {"zh-CN": "服务台", "en": "Service desk"}),
    ("exit", {"zh-CN": "出口", "en": "Exit"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large the chain is, and the window of its kiosks in pixels."""

    stores: int = 2
    kiosks: int = 2
    width: int = 540
    height: int = 960
    keypads: bool = False
    """Whether each store has a button box at its service desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where HQ's ingest and the gateways of each store find the broker."""

    hq_broker: int
    store_brokers: tuple[int, ...]
    hq: int
    boards: tuple[int, ...]


def plan(folder: Path, sizes: Sizes, ports: Ports) -> Layout:
    """Return the plan of a chain below `folder`; nothing is written."""
    stores = []
    for index in range(sizes.stores):
        store, name = _STORES[index]
        kiosks = tuple(
            KioskPlan(
                device=f"{store}-kiosk-{number + 1}",
                touchpoint=_TOUCHPOINTS[number][0],
                touchpoint_name=_TOUCHPOINTS[number][1],
                config=folder / store / f"kiosk-{number + 1}.toml",
                token=secrets.token_urlsafe(32),
                at_till=number == 0,
            )
            for number in range(sizes.kiosks)
        )
        stores.append(
            StorePlan(
                store=store,
                name=name,
                gateway=f"{store}-gateway",
                config=folder / store / "gateway.toml",
                board_port=ports.boards[index],
                kiosks=kiosks,
                till="till-3",
                till_port=folder / store / "till-3.tty",
                keypad_port=folder / store / "keypad.tty" if sizes.keypads else None,
            )
        )
    return Layout(
        folder=folder,
        hq_config=folder / "hq" / "hq.toml",
        hq_port=ports.hq,
        stores=tuple(stores),
        sizes=sizes,
    )


def write_hq(layout: Layout, ports: Ports) -> Path:
    """Write HQ's settings and the list of stores to import; return that list's path."""
    layout.hq_config.parent.mkdir(parents=True, exist_ok=True)
    layout.hq_config.write_text(
        f'data_dir = "data"\n'
        f'public_url = "{layout.hq_url}"\n\n'
        f'[listen]\nhost = "127.0.0.1"\nport = {layout.hq_port}\n\n'
        f'[broker]\nhost = "127.0.0.1"\nport = {ports.hq_broker}\n',
        encoding="utf-8",
    )
    stores = layout.hq_config.with_name("stores.toml")
    stores.write_text(
        "\n".join(
            f'[[stores]]\nid = "{s.store}"\nname = {_table(s.name)}\n'
            # Day and night: at no hour is a simulated shopper doubted for rating a shut store.
            f'opens = "00:00"\ncloses = "00:00"\n'
            f"touchpoints = {_touchpoints(s)}\n\n"
            f'[[gateways]]\nid = "{s.gateway}"\nstore = "{s.store}"\n'
            for s in layout.stores
        ),
        encoding="utf-8",
    )
    return stores


def write_stores(
    layout: Layout, ports: Ports, pin_hash: str, hq_public_key: str, hq_verify_key: str
) -> None:
    """Write the settings of every gateway and kiosk."""
    for store, broker_port in zip(layout.stores, ports.store_brokers, strict=True):
        store.config.parent.mkdir(parents=True, exist_ok=True)
        settings = _gateway_toml(store, broker_port, pin_hash, hq_verify_key)
        store.config.write_text(settings, encoding="utf-8")
        for kiosk in store.kiosks:
            kiosk.config.write_text(
                _kiosk_toml(layout, store, kiosk, hq_public_key), encoding="utf-8"
            )


def _gateway_toml(store: StorePlan, broker_port: int, pin_hash: str, verify_key: str) -> str:
    devices = "\n".join(
        f'[[devices]]\nid = "{kiosk.device}"\ntouchpoint = "{kiosk.touchpoint}"\n'
        f"name = {_table(kiosk.touchpoint_name)}\n"
        f'token_hash = "{hashlib.sha256(kiosk.token.encode()).hexdigest()}"\n'
        for kiosk in store.kiosks
    )
    return (
        f'gateway = "{store.gateway}"\nstore = "{store.store}"\n'
        f'store_name = {_table(store.name)}\ndata_dir = "gateway"\n'
        f'hq_verify_key = "{verify_key}"\n\n'
        f'[listen]\nhost = "127.0.0.1"\nport = {store.board_port}\n\n'
        f'[broker]\nhost = "127.0.0.1"\nport = {broker_port}\n\n'
        f"[board]\npin_hash = '{pin_hash}'\n\n"
        f"{devices}\n"
        f'[[readers]]\nport = "{store.till_port}"\ntill = "{store.till}"\n'
        f'touchpoint = "{store.kiosks[0].touchpoint}"\ndriver = "escpos"\nencoding = "gb18030"\n'
        f"{_keypad_toml(store)}"
    )


def _keypad_toml(store: StorePlan) -> str:
    if store.keypad_port is None:
        return ""
    return (
        f'\n[[readers]]\nport = "{store.keypad_port}"\ntill = "service"\nname = "service-keys"\n'
        'driver = "keypad"\nprofile = "ascii_digit"\n'
    )


def _kiosk_toml(layout: Layout, store: StorePlan, kiosk: KioskPlan, hq_public_key: str) -> str:
    return (
        f'device = "{kiosk.device}"\nstore = "{store.store}"\n'
        f"store_name = {_table(store.name)}\n"
        f'touchpoint = "{kiosk.touchpoint}"\n'
        f"touchpoint_name = {_table(kiosk.touchpoint_name)}\n"
        f'gateway_url = "ws://127.0.0.1:{store.board_port}"\ntoken = "{kiosk.token}"\n'
        f'data_dir = "{kiosk.config.stem}"\nhq_public_key = "{hq_public_key}"\n'
        f'track_url = "{layout.hq_url}/t"\n'
        f'note_url = "{layout.hq_url}/n/{store.store}/{kiosk.touchpoint}"\n'
        f"receipt_digits = {_yes_or_no(kiosk.at_till)}\n"
        f"receipt_scanner = {_yes_or_no(kiosk.at_till)}\n"
        f"width = {layout.sizes.width}\nheight = {layout.sizes.height}\n"
    )


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"


def _touchpoints(store: StorePlan) -> str:
    names = {kiosk.touchpoint: kiosk.touchpoint_name for kiosk in store.kiosks}
    if store.keypad_port is not None:
        names["service"] = dict(_TOUCHPOINTS)["service"]
    pairs = ", ".join(f"{touchpoint} = {_table(name)}" for touchpoint, name in names.items())
    return f"{{ {pairs} }}"


def _table(texts: dict[str, str]) -> str:
    pairs = ", ".join(f'"{language}" = "{text}"' for language, text in texts.items())
    return f"{{ {pairs} }}"
