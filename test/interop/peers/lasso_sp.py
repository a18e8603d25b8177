"""Reads SAML Responses with Lasso as a service provider: a JSON object a line in, an answer a line out."""

import json
import sys
from datetime import datetime, timezone

import lasso

TOLERANCE = 60
servers = {}


def server(case):
    key = case["sp"]["entityID"]
    if key not in servers:
        made = lasso.Server.newFromBuffers(case["sp"]["metadata"])
        made.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, case["idp"]["metadata"])
        servers[key] = made
    return servers[key]


def ended(instant):
    end = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
    return datetime.now(timezone.utc).timestamp() >= end + TOLERANCE


def judged(assertion, case):
    """What Lasso says when it is asked."""
    sp, valid = case["sp"]["entityID"], lasso.SAML2_ASSERTION_VALID
    if assertion.validateAudience(sp) != valid:
        yield "audience"
    if assertion.validateTimeChecks(TOLERANCE) != valid:
        yield "time"
    if assertion.validateConditions(sp) != valid:
        yield "conditions"


def left_to_callers(login, case):
    """What Lasso has no function for: its users, such as mod_auth_mellon, compare these themselves."""
    response, assertion = login.response, login.assertion
    data = assertion.subject.subjectConfirmation.subjectConfirmationData
    acs, request = case["sp"]["acsURL"], case.get("inResponseTo")
    if response.destination != acs:
        yield "Destination"
    if data.recipient != acs:
        yield "Recipient"
    if ended(data.notOnOrAfter):
        yield "NotOnOrAfter of the confirmation"
    if response.inResponseTo != request or data.inResponseTo != request:
        yield "InResponseTo"
    for statement in assertion.authnStatement:
        if statement.sessionNotOnOrAfter and ended(statement.sessionNotOnOrAfter):
            yield "SessionNotOnOrAfter"


def text_of(value):
    return "".join(node.content or "" for node in value.any or ())


def read(case):
    login = lasso.Login(server(case))
    if case["sign"] == "both":
        # It asks for both signatures then; otherwise for that of the assertion where the Response has none.
        login.setSignatureVerifyHint(lasso.PROFILE_SIGNATURE_VERIFY_HINT_FORCE)
    login.processAuthnResponseMsg(case["response"])
    why = list(judged(login.assertion, case))
    if why:
        return {"accepted": False, "why": "assertion: " + ", ".join(why)}
    login.acceptSso()
    why = list(left_to_callers(login, case))
    if why:
        return {"accepted": False, "why": "caller: " + ", ".join(why)}
    attributes = {}
    for statement in login.assertion.attributeStatement or ():
        for attribute in statement.attribute or ():
            attributes[attribute.name] = [text_of(value) for value in attribute.attributeValue]
    return {"accepted": True, "nameID": login.nameIdentifier.content, "attributes": attributes}


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except Exception as error:  # a refusal, too: the test looks at the reason
        answer = {"accepted": False, "why": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
