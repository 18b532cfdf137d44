"""A DNS server with the TXT records that a test gives it; it answers nothing else, or nothing at all."""

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import dns.message
import dns.rcode
import dns.rrset


class Names:
    """`with Names({"a.example": ["v=spf1 -all"]}) as names:` on UDP `names.port`; `mute`: it hears and says nothing."""

    def __init__(self, texts: Mapping[str, list[str]], mute: bool = False) -> None:
        self._texts, self._mute = texts, mute
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                packet, visitor = self._socket.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(packet)
            name = query.question[0].name
            self.asked.append(name.to_text().rstrip("."))
            if not self._mute:
                self._socket.sendto(self._answer(query).to_wire(), visitor)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        name = query.question[0].name
        texts = self._texts.get(name.to_text().rstrip("."))
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        for text in texts or ():
            words = " ".join(f'"{text[n : n + 200]}"' for n in range(0, len(text), 200))
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", words))
        return answer
