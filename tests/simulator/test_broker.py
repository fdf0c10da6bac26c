"""The embedded broker speaks MQTT 5 on loopback, and is gone when stopped."""

import socket
import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from simulator.broker import EmbeddedBroker, free_port


def test_a_message_goes_through_and_the_port_is_free_again() -> None:
    heard = threading.Event()
    with EmbeddedBroker() as broker:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)

        def connected(*_news: object) -> None:
            client.subscribe("a/+", qos=1)

        def subscribed(*_news: object) -> None:
            client.publish("a/b", b"x", qos=1)

        def arrived(*_news: object) -> None:
            heard.set()

        client.on_connect, client.on_subscribe, client.on_message = connected, subscribed, arrived
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        assert heard.wait(10)
        client.loop_stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", broker.port), timeout=1)


def test_a_taken_port_is_an_error() -> None:
    with EmbeddedBroker() as broker, pytest.raises(OSError, match=str(broker.port)):
        EmbeddedBroker(broker.port).start()
    assert free_port() != 0
