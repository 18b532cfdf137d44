"""EWS as XML: elements by their prefixed name, and a refusal in the two shapes that Exchange gives it."""

from lxml import etree

T = "http://schemas.microsoft.com/exchange/services/2006/types"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
S = "http://schemas.xmlsoap.org/soap/envelope/"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMES = {"t": T, "m": M, "s": S, "e": ERRORS}
Element = etree._Element


class Wrong(Exception):
    """What Exchange would refuse, by its code; `fault`: the whole request, not one item of it."""

    def __init__(self, code: str, said: str = "", fault: bool = False, back_off: float = 0) -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said, self.fault, self.back_off = code, said or code, fault, back_off


def make(tag: str, *inside: "Element | str | int | bool | None", **attributes: object) -> Element:
    """`make("t:ItemId", Id=...)`; text, numbers and elements go inside, None does not."""
    prefix, _, name = tag.partition(":")
    made = etree.Element(f"{{{NAMES[prefix]}}}{name}", nsmap={"t": T, "m": M})
    for key, value in attributes.items():
        made.set(key, told(value))
    for each in inside:
        if isinstance(each, etree._Element):
            made.append(each)
        elif each is not None:
            made.text = told(each)
    return made


def told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def local(element: Element) -> str:
    return etree.QName(element).localname


def text(element: Element, path: str) -> str:
    return element.findtext(path, "", NAMES)


def found(element: Element, path: str) -> list[Element]:
    return element.findall(path, NAMES)


def envelope(body: Element) -> bytes:
    """An answer as it goes over the wire."""
    version = make("t:ServerVersionInfo", MajorVersion=15, MinorVersion=2, MajorBuildNumber=1544, MinorBuildNumber=4,
                   Version="V2017_07_11")  # fmt: skip
    whole = make("s:Envelope", make("s:Header", version), make("s:Body", body))
    return bytes(etree.tostring(whole, xml_declaration=True, encoding="utf-8"))


def fault(why: Wrong) -> bytes:
    """The refusal of a whole request: HTTP 500 and this."""
    said = make("s:Fault", etree.fromstring(f'<faultcode xmlns:a="{T}">a:{why.code}</faultcode>'))
    string = etree.SubElement(said, "faultstring")
    string.text = why.said
    detail = etree.SubElement(said, "detail")
    for name, value in (("ResponseCode", why.code), ("Message", why.said)):
        etree.SubElement(detail, f"{{{ERRORS}}}{name}").text = value
    if why.back_off:
        wait = make("t:MessageXml", make("t:Value", int(why.back_off * 1000), Name="BackOffMilliseconds"))
        detail.append(wait)
    return bytes(etree.tostring(make("s:Envelope", make("s:Body", said)), xml_declaration=True, encoding="utf-8"))


def answered(operation: str, *messages: Element) -> Element:
    return make(f"m:{operation}Response", make("m:ResponseMessages", *messages))


def success(operation: str, *inside: Element | None) -> Element:
    return make(f"m:{operation}ResponseMessage", make("m:ResponseCode", "NoError"), *inside, ResponseClass="Success")


def refusal(operation: str, why: Wrong, *inside: Element) -> Element:
    return make(f"m:{operation}ResponseMessage", make("m:MessageText", why.said), make("m:ResponseCode", why.code),
                make("m:DescriptiveLinkKey", 0), *inside, ResponseClass="Error")  # fmt: skip
