"""A small name server of the tests: answers TXT questions over UDP from what it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer(threading.Thread):
    """`records` maps a domain to its texts; a domain in `silent` is never answered, one in `broken` with SERVFAIL."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.records: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[str] = []

    def run(self) -> None:
        while True:
            try:
                wire, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(wire)
            name = question.question[0].name.to_text(omit_final_dot=True)
            self.asked.append(name)
            if name not in self.silent:
                self.socket.sendto(self._answer(question, name).to_wire(), sender)

    def _answer(self, question: dns.message.Message, name: str) -> dns.message.Message:
        answer = dns.message.make_response(question)
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif self.records[name]:
            texts = [f'"{text}"' for text in self.records[name]]
            answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "TXT", *texts))
        return answer


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A running server, whose address goes into `settings.DNS_SERVERS`."""
    server = NameServer()
    server.start()
    try:
        yield server
    finally:
        server.socket.close()
