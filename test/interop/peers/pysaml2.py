"""Reads SAML Responses with pysaml2: a JSON object a line in, an answer a line out."""

import json
import logging
import sys

from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig

logging.disable(logging.CRITICAL)
clients = {}


def client(case):
    sp, sign = case["sp"], case["sign"]
    unsolicited = case.get("inResponseTo") is None
    key = (sp["entityID"], sign, unsolicited)
    if key not in clients:
        config = SPConfig()
        config.load(
            {
                "entityid": sp["entityID"],
                "metadata": {"inline": [case["idp"]["metadata"]]},
                "allow_unknown_attributes": True,
                "accepted_time_diff": 60,
                "service": {
                    "sp": {
                        "endpoints": {
                            "assertion_consumer_service": [(sp["acsURL"], BINDING_HTTP_POST)],
                        },
                        "want_response_signed": sign != "assertion",
                        "want_assertions_signed": sign != "response",
                        "want_assertions_or_response_signed": True,
                        "allow_unsolicited": unsolicited,
                    },
                },
            }
        )
        clients[key] = Saml2Client(config=config)
    return clients[key]


def read(case):
    request = case.get("inResponseTo")
    response = client(case).parse_authn_request_response(
        case["response"],
        BINDING_HTTP_POST,
        outstanding={} if request is None else {request: "/"},
        # Without it, pysaml2 asks nobody whether the Recipient is right.
        conv_info={"remote_addr": "0.0.0.0", "entity_id": case["sp"]["entityID"]},
    )
    if response is None:
        return {"accepted": False, "why": "no response"}
    if response.assertion is None:
        # How it answers a Response for another ACS URL: the object comes back, and nobody is in it.
        return {"accepted": False, "why": "Destination"}
    return {"accepted": True, "nameID": response.get_subject().text, "attributes": response.ava}


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except Exception as error:  # a refusal, too: the test looks at the reason
        answer = {"accepted": False, "why": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
