"""Signs Responses and assertions with OneLogin's python3-saml: a JSON object a line in, an answer a line out."""

import json
import sys

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

for line in sys.stdin:
    case = json.loads(line)
    hash = case["alg"].split("-")[1].upper()
    signed = OneLogin_Saml2_Utils.add_sign(
        case["xml"],
        case["privateKey"],
        case["certificate"],
        sign_algorithm=getattr(Constants, "RSA_" + hash),
        digest_algorithm=getattr(Constants, hash),
    )
    print(json.dumps({"xml": signed.decode() if isinstance(signed, bytes) else signed}), flush=True)
