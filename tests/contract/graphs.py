"""Our side of the conversation with the double of Microsoft Graph: an app that signs in, and sessions as its user."""

import requests

from commsvc.adapters.graph import GraphSession
from commsvc.adapters.oauth.microsoft import MicrosoftApp
from tests.servers.graph.server import Graph
from tests.servers.issuer import CLIENT, SECRET, TENANT, Issuer

SUPPORT = "support@support.test"


def trusting(issuer: Issuer) -> requests.Session:
    """What msal speaks with. It trusts the issuer alone, whatever the environment says."""
    http = requests.Session()
    http.trust_env, http.verify = False, str(issuer.ca)
    return http


def app(issuer: Issuer, **options) -> MicrosoftApp:
    credential = options.pop("credential", SECRET)
    return MicrosoftApp(TENANT, CLIENT, credential, authority=issuer.url, http=trusting(issuer), **options)


def session(graph: Graph, user: str = SUPPORT, **options) -> GraphSession:
    tokens = options.pop("tokens", None) or app(graph.issuer)
    return GraphSession(user, tokens, url=graph.url, context=graph.tls(), timeout=5, **options)
