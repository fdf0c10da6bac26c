"""The plan's files are what the programs themselves accept."""

import tomllib
from pathlib import Path

from edge_gateway.settings import load as load_gateway
from hq_server.settings import load as load_hq
from kiosk.settings import load as load_kiosk
from protocols.signing import PRIVATE_KEY_BYTES, verify_key
from simulator.layout import Layout, Ports, Sizes, plan, write_hq, write_stores

PORTS = Ports(hq_broker=1883, store_brokers=(1884, 1885), hq=8080, boards=(8081, 8082))
PIN_HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$Z3Vlc3M"
# The base64 of 32 bytes: any X25519 public key.
PUBLIC_KEY = "A" * 42 + "E="
VERIFY_KEY = verify_key(bytes(range(PRIVATE_KEY_BYTES)))


def written(folder: Path, *, keypads: bool = False) -> Layout:
    layout = plan(folder, Sizes(keypads=keypads), PORTS)
    write_hq(layout, PORTS)
    write_stores(layout, PORTS, PIN_HASH, PUBLIC_KEY, VERIFY_KEY)
    return layout


def test_every_file_is_accepted_by_its_program(tmp_path: Path) -> None:
    layout = written(tmp_path)
    assert load_hq(layout.hq_config).listen.port == 8080
    for store in layout.stores:
        gateway = load_gateway(store.config)
        assert gateway.store == store.store
        assert gateway.hq_verify_key == VERIFY_KEY
        for kiosk in store.kiosks:
            settings = load_kiosk(kiosk.config)
            assert settings.store == store.store
            assert settings.gateway_url.endswith(str(store.board_port))
            assert settings.device in {device.id for device in gateway.devices}
            assert settings.receipt_scanner is settings.receipt_digits is kiosk.at_till
            assert settings.track_url == f"{layout.hq_url}/t"
            assert settings.note_url == f"{layout.hq_url}/n/{store.store}/{kiosk.touchpoint}"


def test_the_list_of_stores_names_each_gateway_and_its_store(tmp_path: Path) -> None:
    layout = written(tmp_path)
    listed = tomllib.loads((layout.hq_config.parent / "stores.toml").read_text(encoding="utf-8"))
    assert [one["id"] for one in listed["stores"]] == [store.store for store in layout.stores]
    assert {one["store"] for one in listed["gateways"]} == {one["id"] for one in listed["stores"]}


def test_no_two_kiosks_share_a_token_and_gateways_know_only_hashes(tmp_path: Path) -> None:
    layout = written(tmp_path)
    tokens = [kiosk.token for store in layout.stores for kiosk in store.kiosks]
    assert len(set(tokens)) == len(tokens) == 4
    for store in layout.stores:
        text = store.config.read_text(encoding="utf-8")
        assert not any(token in text for token in tokens)


def test_a_button_box_stands_at_the_service_desk(tmp_path: Path) -> None:
    layout = written(tmp_path, keypads=True)
    for store in layout.stores:
        till, box = load_gateway(store.config).readers
        assert (box.driver, box.place, box.port) == ("keypad", "service", str(store.keypad_port))
        assert till.port == str(store.till_port)
    listed = tomllib.loads((layout.hq_config.parent / "stores.toml").read_text(encoding="utf-8"))
    assert all("service" in one["touchpoints"] for one in listed["stores"])
