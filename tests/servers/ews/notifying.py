"""Subscriptions and the stream of what happens, as Exchange sends it: whole envelopes in one answer that does not end."""

import time
import uuid
from collections.abc import Iterator

from tests.servers.ews.markup import Element, Wrong, answered, found, make, refusal, success, text
from tests.servers.ews.operations import Call
from tests.servers.ews.showing import item_id, moment
from tests.servers.ews.store import Event, Exchange, Subscription

HEARTBEAT = 30.0
NAME = "GetStreamingEvents"


def subscribe(call: Call, request: Element) -> Element:
    asked = found(request, "m:StreamingSubscriptionRequest")
    if not asked:
        raise Wrong("ErrorInvalidSubscriptionRequest", "only streaming is known here", fault=True)
    boxes = [call.folder(f) for f in found(asked[0], "t:FolderIds/*")]
    kinds = {e.text or "" for e in found(asked[0], "t:EventTypes/t:EventType")}
    id = str(uuid.uuid4())
    call.exchange.subscriptions[id] = Subscription(boxes[0][0], {f.id for _, f in boxes}, kinds)
    return answered("Subscribe", success("Subscribe", make("m:SubscriptionId", id)))


def stream(exchange: Exchange, request: Element) -> Iterator[Element]:
    """Each envelope in turn, until the minutes of the request are over."""
    ids = [e.text or "" for e in found(request, "m:SubscriptionIds/*")]
    end = time.monotonic() + 60 * int(text(request, "m:ConnectionTimeout"))
    if lost := [i for i in ids if i not in exchange.subscriptions]:
        why = Wrong("ErrorSubscriptionNotFound", "The subscription could not be found.")
        yield answered(
            NAME, refusal(NAME, why, make("m:ErrorSubscriptionIds", *[make("t:SubscriptionId", i) for i in lost]))
        )
        return
    yield answered(NAME, success(NAME, make("m:ConnectionStatus", "OK")))
    while (left := end - time.monotonic()) > 0:
        with exchange.happened:
            if not any(exchange.subscriptions[i].events for i in ids):
                exchange.happened.wait(min(left, HEARTBEAT))
            told = [_notification(i, exchange.subscriptions[i]) for i in ids]
        yield answered(NAME, success(NAME, make("m:Notifications", *told)))
    yield answered(NAME, success(NAME, make("m:ConnectionStatus", "Closed")))


def _notification(id: str, subscription: Subscription) -> Element:
    events, subscription.events = subscription.events, []
    return make(
        "t:Notification", make("t:SubscriptionId", id), *([_event(e) for e in events] or [make("t:StatusEvent")])
    )


def _event(event: Event) -> Element:
    above = make("t:ParentFolderId", Id=event.folder.id, ChangeKey="AQAAAA==")
    return make(f"t:{event.kind}", make("t:TimeStamp", moment(event.item.received)), item_id(event.item), above)
