"""Issues SAML Responses with Lasso as an identity provider: a JSON object a line in, an answer a line out."""

import json
import sys
from datetime import datetime, timedelta, timezone

import lasso

# Of the Response: it signs the assertion in any case.
SIGN = {
    "assertion": lasso.PROFILE_SIGNATURE_HINT_FORBID,
    "both": lasso.PROFILE_SIGNATURE_HINT_FORCE,
}


def instant(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def request_of(case):
    """The AuthnRequest that the Response answers, from Lasso as a service provider."""
    server = lasso.Server.newFromBuffers(case["sp"]["metadata"])
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, case["idp"]["metadata"])
    login = lasso.Login(server)
    # It has no key: its request is not what this is about.
    login.setSignatureHint(lasso.PROFILE_SIGNATURE_HINT_FORBID)
    login.initAuthnRequest(None, lasso.HTTP_METHOD_REDIRECT)
    login.request.nameIDPolicy.format = case["nameIDFormat"]
    login.request.nameIDPolicy.allowCreate = True
    login.request.protocolBinding = lasso.SAML2_METADATA_BINDING_POST
    login.buildAuthnRequestMsg()
    return login.msgUrl.split("?", 1)[1], login.request.iD


def text(value):
    node = lasso.MiscTextNode.newWithString(value)
    node.textChild = True
    made = lasso.Saml2AttributeValue()
    made.any = [node]
    return made


def issue(case):
    key, certificate = case["idp"]["privateKey"], case["idp"]["certificate"]
    server = lasso.Server.newFromBuffers(case["idp"]["metadata"], key, None, certificate)
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_SP, case["sp"]["metadata"])
    if case["alg"] != "default":
        server.signatureMethod = getattr(lasso, "SIGNATURE_METHOD_" + case["alg"].upper().replace("-", "_"))
    query, request = request_of(case)
    login = lasso.Login(server)
    login.setSignatureHint(SIGN[case["sign"]])
    login.processAuthnRequestMsg(query)
    login.validateRequestMsg(True, True)
    login.buildAssertion(lasso.SAML2_AUTHN_CONTEXT_PASSWORD, instant(0), None, instant(-60), instant(300))
    assertion = login.assertion
    assertion.subject.nameID.content = case["nameID"]
    assertion.subject.nameID.format = case["nameIDFormat"]
    statement = lasso.Saml2AttributeStatement()
    attributes = []
    for name, values in case["attributes"].items():
        attribute = lasso.Saml2Attribute()
        attribute.name = name
        attribute.nameFormat = lasso.SAML2_ATTRIBUTE_NAME_FORMAT_URI
        attribute.attributeValue = [text(value) for value in values]
        attributes.append(attribute)
    statement.attribute = attributes
    assertion.attributeStatement = [statement]
    login.buildAuthnResponseMsg()
    return {"response": login.msgBody, "inResponseTo": request}


for line in sys.stdin:
    try:
        answer = issue(json.loads(line))
    except Exception as error:
        answer = {"why": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
