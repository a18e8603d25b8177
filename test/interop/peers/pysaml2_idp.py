"""Issues SAML Responses with pysaml2 as an identity provider: a JSON object a line in, an answer a line out."""

import base64
import json
import logging
import os
import sys
import tempfile

from saml2 import BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAME_FORMAT_URI, NameID
from saml2.server import Server

logging.disable(logging.CRITICAL)


DIGESTS = {
    "rsa-sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "rsa-sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "rsa-sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}


def server(case, folder):
    files = {}
    for name in ("privateKey", "certificate"):
        files[name] = os.path.join(folder, name)
        with open(files[name], "w") as file:
            file.write(case["idp"][name])
    config = IdPConfig()
    config.load(
        {
            "entityid": case["idp"]["entityID"],
            "key_file": files["privateKey"],
            "cert_file": files["certificate"],
            "metadata": {"inline": [case["sp"]["metadata"]]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [("https://idp.example.com/sso", BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI}},
                },
            },
        }
    )
    return Server(config=config)


def issue(case, folder):
    sign, alg = case["sign"], case["alg"]
    signing = {}
    if alg != "default":
        signing["sign_alg"] = "http://www.w3.org/2001/04/xmldsig-more#" + alg
        signing["digest_alg"] = DIGESTS[alg]
    response = server(case, folder).create_authn_response(
        case["attributes"],
        case["inResponseTo"],
        case["sp"]["acsURL"],
        case["sp"]["entityID"],
        name_id=NameID(format=case["nameIDFormat"], text=case["nameID"]),
        authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"},
        sign_response=sign != "assertion",
        sign_assertion=sign != "response",
        **signing
    )
    return {"response": base64.b64encode(str(response).encode()).decode()}


for line in sys.stdin:
    try:
        with tempfile.TemporaryDirectory() as folder:
            answer = issue(json.loads(line), folder)
    except Exception as error:
        answer = {"why": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
