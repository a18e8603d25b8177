"""Reads SAML Responses with OneLogin's python3-saml in strict mode: a JSON object a line in, an answer a line out."""

import json
import sys
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth


def settings(case):
    return {
        "strict": True,
        "sp": {
            "entityId": case["sp"]["entityID"],
            "assertionConsumerService": {"url": case["sp"]["acsURL"]},
        },
        "idp": {
            "entityId": case["idp"]["entityID"],
            "singleSignOnService": {"url": "https://idp.example.com/sso"},
            "x509cert": case["idp"]["certificate"],
        },
        "security": {
            "wantAssertionsSigned": case["sign"] != "response",
            "wantMessagesSigned": case["sign"] != "assertion",
            "wantNameId": True,
            "wantAttributeStatement": True,
        },
    }


def read(case):
    url = urlsplit(case["sp"]["acsURL"])
    request = {
        "https": "on" if url.scheme == "https" else "off",
        "http_host": url.netloc,
        "script_name": url.path,
        "get_data": {},
        "post_data": {"SAMLResponse": case["response"]},
    }
    auth = OneLogin_Saml2_Auth(request, settings(case))
    auth.process_response(request_id=case.get("inResponseTo"))
    if auth.get_errors() or not auth.is_authenticated():
        return {"accepted": False, "why": str(auth.get_last_error_reason())}
    return {"accepted": True, "nameID": auth.get_nameid(), "attributes": auth.get_attributes()}


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except Exception as error:  # a refusal, too: the test looks at the reason
        answer = {"accepted": False, "why": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
