"""AuthnRequests by and for other libraries: one JSON object as argument, one answered."""

import json
import logging
import sys
from urllib.parse import parse_qsl

logging.disable(logging.CRITICAL)

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def lasso_made(case):
    import lasso

    with open(case["key"]) as key, open(case["certificate"]) as certificate:
        server = lasso.Server.newFromBuffers(case["sp"], key.read(), None, certificate.read())
    server.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, case["idp"])
    login = lasso.Login(server)
    login.initAuthnRequest(case["idpEntityID"], lasso.HTTP_METHOD_REDIRECT)
    login.msgRelayState = case["relayState"]
    login.buildAuthnRequestMsg()
    return {"url": login.msgUrl}


def lasso_read(case):
    import lasso

    server = lasso.Server.newFromBuffers(case["idp"])
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_SP, case["sp"])
    login = lasso.Login(server)
    login.setSignatureVerifyHint(lasso.PROFILE_SIGNATURE_VERIFY_HINT_FORCE)
    login.processAuthnRequestMsg(case["query"])
    request = login.request
    return {
        "id": request.id,
        "issuer": request.issuer.content,
        "acsURL": request.assertionConsumerServiceURL,
        "format": request.nameIdPolicy.format,
        "relayState": login.msgRelayState,
    }


def pysaml2_made(case):
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    config = SPConfig()
    config.load(
        {
            "entityid": case["spEntityID"],
            "key_file": case["key"],
            "cert_file": case["certificate"],
            "metadata": {"inline": [case["idp"]]},
            "service": {"sp": {"endpoints": {"assertion_consumer_service": [(case["acsURL"], POST)]}}},
        }
    )
    client = Saml2Client(config=config)
    options = {"relay_state": case["relayState"], "sign": True, "sigalg": RSA_SHA256}
    made = {}
    for name, binding in (("redirect", REDIRECT), ("post", POST)):
        _, info = client.prepare_for_authenticate(case["idpEntityID"], binding=binding, **options)
        made[name] = dict(info["headers"])["Location"] if binding == REDIRECT else "".join(info["data"])
    return made


def pysaml2_read(case):
    from saml2.config import IdPConfig
    from saml2.server import Server
    from saml2.sigver import RSACrypto, verify_redirect_signature

    config = IdPConfig()
    config.load(
        {
            "entityid": case["idpEntityID"],
            "metadata": {"inline": [case["sp"]]},
            "accepted_time_diff": 60,
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(case["destination"], REDIRECT), (case["destination"], POST)]
                    },
                    "want_authn_requests_signed": "post" in case,
                }
            },
        }
    )
    server = Server(config=config)
    if "query" in case:
        parameters = dict(parse_qsl(case["query"], keep_blank_values=True))
        verified = verify_redirect_signature(parameters, RSACrypto(None), cert=case["bare"])
        request = server.parse_authn_request(parameters["SAMLRequest"], REDIRECT).message
    else:
        parsed = server.parse_authn_request(case["post"], POST)
        verified, request = parsed is not None, parsed.message
    return {
        "verified": verified,
        "id": request.id,
        "issuer": request.issuer.text,
        "acsURL": request.assertion_consumer_service_url,
        "format": request.name_id_policy.format,
    }


case = json.loads(sys.argv[1])
print(json.dumps(globals()[case["ask"]](case)))
