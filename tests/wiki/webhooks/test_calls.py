"""Calls against a real server: what is answered, what is not followed, and where a connection really goes."""

import socket
import ssl
import time

import pytest
import urllib3.util.connection

from tests.wiki.webhooks.receiver import NAME, certificate, listening
from wiki.errors import AddressRefused
from wiki.webhooks import calls, lookup
from wiki.webhooks.calls import call

BODY = b'{"type":"ping"}'
PUBLIC = "93.184.216.34"


def names(monkeypatch, *answers: list[str]) -> list[str]:
    """Let the name lead to each list of addresses in turn, the last for good; returns what was asked."""
    real, asked, left = socket.getaddrinfo, [], list(answers)

    def resolve(host, port, *rest, **more):
        if host != NAME:
            return real(host, port, *rest, **more)
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.fixture
def dialled(monkeypatch):
    """Where connections were tried; none is made."""
    tried = []

    def dial(address, *rest, **more):
        tried.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", dial)
    return tried


# ------------------------------------------------------------ what a receiver answers


def test_a_delivery_arrives_as_it_was_signed_and_the_answer_is_kept(receiver):
    receiver.status, receiver.body = 200, b"thank\x00 you \xff"
    answer = call(receiver.address, body=BODY, headers={"webhook-id": "msg_1"})
    assert (answer.status, answer.is_taken, answer.error) == (200, True, "")
    assert answer.text == "thank\ufffd you \ufffd"
    (sent,) = receiver.sent
    assert (sent.path, sent.body) == ("/hook", BODY)
    assert sent.headers["host"] == f"localhost:{receiver.port}"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(receiver, status):
    receiver.status, receiver.headers = status, {"Location": f"http://localhost:{receiver.port}/elsewhere"}
    answer = call(receiver.address, body=BODY, headers={})
    assert (answer.status, answer.is_taken) == (status, False)
    assert len(receiver.sent) == 1


def test_a_huge_answer_is_read_no_further_than_its_beginning(receiver, monkeypatch):
    monkeypatch.setattr(calls, "MOST_READ", 1000)

    def flood(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 65536)

    receiver.act = flood
    answer = call(receiver.address, body=BODY, headers={})
    assert answer.status == 200
    assert answer.text == "x" * calls.KEPT


def test_a_packed_answer_is_not_unpacked(receiver):
    import gzip

    receiver.status, receiver.headers = 200, {"Content-Encoding": "gzip"}
    receiver.body = gzip.compress(b"0" * 10_000_000)
    answer = call(receiver.address, body=BODY, headers={})
    assert answer.is_taken
    assert "000" not in answer.text


def test_a_server_that_trickles_its_answer_is_cut_off_as_a_whole(receiver, monkeypatch):
    monkeypatch.setattr(calls, "TOTAL_SECONDS", 0.3)

    def trickle(handler):
        for letter in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000:
            handler.wfile.write(bytes([letter]))
            handler.wfile.flush()
            time.sleep(0.02)

    receiver.act = trickle
    answer = call(receiver.address, body=BODY, headers={})
    assert answer.status is None
    assert answer.error.startswith("No answer within")


def test_a_server_that_hangs_up_and_one_that_is_not_there_are_answers_too(receiver):
    receiver.act = lambda handler: handler.connection.close()
    assert "broke off" in call(receiver.address, body=BODY, headers={}).error
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert call(f"http://127.0.0.1:{port}/", body=BODY, headers={}).error == "The server takes no connection."


def test_proxies_of_the_environment_are_not_used(receiver, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert call(receiver.address, body=BODY, headers={}).status == 204


# ------------------------------------------------------------ where a connection goes


def test_a_name_that_leads_elsewhere_a_moment_later_is_called_where_it_was_checked(monkeypatch, dialled):
    asked = names(monkeypatch, [PUBLIC], ["127.0.0.1"])
    answer = call(f"https://{NAME}/", body=BODY, headers={})
    assert dialled == [(PUBLIC, 443)]
    assert len(asked) == 1
    assert answer.error.startswith("No connection") or "takes no connection" in answer.error


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"], ["100.64.1.1"], []],
)
def test_a_name_with_any_private_address_is_not_called(monkeypatch, dialled, found):
    names(monkeypatch, found)
    answer = call(f"https://{NAME}/", body=BODY, headers={})
    assert dialled == []
    assert "private network" in answer.error or "leads nowhere" in answer.error


def test_an_opened_guard_opens_this_machine_alone(monkeypatch, dialled, open_to_this_machine):
    names(monkeypatch, ["192.168.0.10"])
    assert "private network" in call(f"https://{NAME}:9000/", body=BODY, headers={}).error
    assert dialled == []


def test_the_certificate_is_verified_for_the_name_and_not_for_the_address(monkeypatch, tmp_path, open_to_this_machine):
    trusted, context = certificate(tmp_path)
    _, other = certificate(tmp_path, name="other.example")
    monkeypatch.setattr(calls, "trusted", lambda: ssl.create_default_context(cafile=str(trusted)))
    names(monkeypatch, ["127.0.0.1"], [PUBLIC])
    with listening(tls=context) as receiver:
        assert call(f"https://{NAME}:{receiver.port}/hook", body=BODY, headers={}).status == 204
        assert receiver.sent[0].headers["host"] == f"{NAME}:{receiver.port}"
        names(monkeypatch, ["127.0.0.1"])
        refused = call(f"https://localhost:{receiver.port}/hook", body=BODY, headers={})
        assert "certificate is not valid" in refused.error
        assert len(receiver.sent) == 1
    with listening(tls=other) as receiver:
        refused = call(f"https://{NAME}:{receiver.port}/hook", body=BODY, headers={})
        assert "certificate is not valid" in refused.error
        assert receiver.sent == []


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch):
    import threading

    ended = threading.Event()
    monkeypatch.setattr(lookup, "SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: ended.wait(5) and [])
    with pytest.raises(AddressRefused, match="could not be looked up"):
        lookup.look_up(f"https://{NAME}/")
    ended.set()
